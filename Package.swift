// swift-tools-version: 6.2
import PackageDescription

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "Casebook",
  products: [
    .executable(name: "casebook", targets: ["casebook"]),
    .library(
      name: "Learning", targets: ["Kernels", "Learning", "Randomness", "Statistics", "Tensors"]),
  ],
  traits: [
    .trait(
      name: "DoublePrecision",
      description: "Compute in Double by plain loops: the oracle of the gradient checks.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Arrows point down only: a target imports nothing that is listed below it.
    .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(
      name: "CCmark", pkgConfig: "libcmark-gfm", providers: [.apt(["libcmark-gfm-dev"])]),
    .systemLibrary(name: "CRSVG", pkgConfig: "librsvg-2.0", providers: [.apt(["librsvg2-dev"])]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),

    // Opens libraries at their first use, where the linker is told `--as-needed`: see the Makefile.
    .target(
      name: "CLate",
      dependencies: [
        "CArchive", "CCmark", "CFFTW", "CHDF5", "CLibXML2", "COneDNN", "CPNG", "CRSVG",
      ],
      exclude: ["linker.cfg"]),
    .target(name: "Archives", dependencies: ["CArchive", "CLate"]),
    .target(name: "Digests", dependencies: [crypto]),
    .target(name: "Pictures", dependencies: ["CPNG"]),
    .target(name: "CSpawn"),
    .target(name: "CVectors"),
    .target(name: "Randomness"),
    .target(name: "Statistics"),
    .target(name: "Kernels", dependencies: ["CFFTW", "COneDNN", "CVectors"]),
    .target(name: "Tensors", dependencies: ["Kernels", "Randomness"]),
    .target(name: "Learning", dependencies: ["Kernels", "Randomness", "Statistics", "Tensors"]),
    .target(name: "Casework", dependencies: ["Randomness"]),
    .target(
      name: "Datasets",
      dependencies: [
        "Archives", "CFFTW", "CHDF5", "CLate", "Casework", "Digests", "Pictures", "Randomness",
      ]),
    .target(
      name: "Cases",
      dependencies: [
        "Casework", "Datasets", "Digests", "Learning", "Randomness", "Statistics", "Tensors",
      ],
      plugins: ["RegisterCases"]),
    .target(name: "Catalog", dependencies: ["CCmark", "Casework", yams]),
    .target(name: "CommandCases", dependencies: ["CSpawn", "Casework", "Catalog", "Digests"]),
    .target(
      name: "Records",
      dependencies: [
        "Archives", "Randomness", "Casework", "Digests", "Statistics", grdb, sqlite, yams,
      ]),
    .target(
      name: "Pages",
      dependencies: [
        "CLate", "CLibXML2", "CRSVG", "Casework", "Catalog", "Digests", "Pictures",
      ]),
    .target(name: "Confluence", dependencies: ["CCurl", "CLate", "Digests", "Pages"]),
    .executableTarget(
      name: "casebook",
      dependencies: [
        "Cases", "Casework", "Catalog", "CommandCases", "Confluence", "Datasets", "Digests",
        "Kernels", "Pages",
        "Records", argumentParser,
      ]),

    // The models that tests compare with PyTorch and that the benchmark times beside it.
    .target(
      name: "ReferenceModels", dependencies: ["Learning", "Randomness", "Tensors"],
      path: "Tests/ReferenceModels"),
    .executableTarget(
      name: "TrainingBenchmark",
      dependencies: ["Kernels", "Learning", "Randomness", "ReferenceModels", "Tensors"],
      path: "Benchmarks/training/Sources"),

    .executableTarget(name: "CaseRegister"),
    .plugin(
      name: "RegisterCases", capability: .buildTool(), dependencies: ["CaseRegister"],
      path: "Sources/RegisterCases"),

    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"]),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Randomness", "Statistics"], exclude: ["References"]),
    .testTarget(name: "TensorsTests", dependencies: ["Kernels", "Randomness", "Tensors"]),
    .testTarget(
      name: "LearningTests",
      dependencies: ["Kernels", "Learning", "Randomness", "ReferenceModels", "Tensors"],
      exclude: ["Reference"]),
    .testTarget(name: "CaseworkTests", dependencies: ["Casework", "Randomness"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Casework", "Datasets", "Digests", "Pictures", "Randomness"]),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures"]),
    .testTarget(
      name: "CasesTests",
      dependencies: [
        "Cases", "Casework", "Catalog", "Datasets", "Learning", "Randomness", "Statistics",
        "Tensors",
      ]),
    .testTarget(name: "CatalogTests", dependencies: ["Casework", "Catalog"]),
    .testTarget(
      name: "CommandCasesTests", dependencies: ["Casework", "Catalog", "CommandCases"]),
    .executableTarget(
      name: "RecordsProbe", dependencies: ["Casework", "Records"], path: "Tests/RecordsProbe"),
    .testTarget(
      name: "RecordsTests",
      dependencies: ["Casework", "Digests", "Randomness", "Records", "RecordsProbe", grdb],
      exclude: ["References"]),
    .testTarget(
      name: "PagesTests", dependencies: ["Casework", "Catalog", "Pages"], exclude: ["Golden"]),
    .target(name: "StandIn", dependencies: ["Confluence", "Pages"], path: "Tests/StandIn"),
    .executableTarget(
      name: "StandInServer", dependencies: ["Confluence", "Pages", "StandIn"],
      path: "Tests/StandInServer"),
    .testTarget(
      name: "ConfluenceTests", dependencies: ["Confluence", "Digests", "Pages", "StandIn"]),
    .testTarget(
      name: "CasebookTests",
      dependencies: ["casebook", "Confluence", "Digests", "Pages", "StandIn", grdb]),
  ]
)

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
