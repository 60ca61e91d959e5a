import Casework
import Datasets
import Digests
import Foundation
import Pictures
import Testing

@Suite struct DigitsTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let shared = root.deletingLastPathComponent().appending(path: "shared/data").path

  private static func has(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(shared)/\(path)")
  }

  private static let uci = DataSet(
    name: "digits", title: "UCI digits", creator: "Alpaydin, Kaynak", licence: "CC BY 4.0",
    homepage: "https://doi.org/10.24432/C50P49", downloadBytes: 0,
    files: [
      .init(
        name: "digits.csv", bytes: 264_712,
        sha256: "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8")
    ], sources: [.folder("digits")])

  @Test func theShippedDigitsAreSoundAndComplete() throws {
    let store = DataStore(
      searchPath: [Self.root.appending(path: "Catalog/data").path], home: "/nonexistent")
    let digits = try Digits.uci(from: try #require(try store.locate(Self.uci)))
    // The counts that scikit-learn's documentation of load_digits implies.
    #expect(digits.classCounts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect((digits.width, digits.height) == (8, 8))
    let first: [Float] = [0, 0, 0.3125, 0.8125, 0.5625, 0.0625, 0, 0]
    #expect(Array(digits.image(0).prefix(8)) == first)
    #expect(digits.pixels.max() == 1)
    #expect(digits.prefix(2).labels == [0, 1])
    #expect(Array(digits[1..<2].pixels) == Array(digits.image(1)))
  }

  @Test(arguments: [
    ("", "row 1: the table is empty"), ("1,2\n", "row 1: it has 2 values"),
    (String(repeating: "0,", count: 64) + "10\n", "row 1, column 65: '10' is not a whole number"),
    (String(repeating: "17,", count: 64) + "1\n", "row 1, column 1: '17' is not a whole number"),
    (String(repeating: "-1,", count: 64) + "1\n", "column 1: '-1' is not"),
  ])
  func wrongDigitsAreRefused(text: String, reason: String) {
    #expect(words { try Digits.uci(Data(text.utf8), file: "d.csv") }.contains(reason))
  }

  @Test func aUsersFolderIsReadAndItsFaultsAreNamed() throws {
    let scratch = try Scratch()
    func write(_ name: String, _ file: IDXFile, isPacked: Bool = false) throws {
      try scratch.write(
        isPacked ? "\(name).gz" : name, isPacked ? gzipped(file.data) : file.data)
    }
    func told() -> String { words { try Digits.folder(URL(fileURLWithPath: scratch.path)) } }
    let pictures = IDXFile(shape: [2, 1, 3], values: [0, 51, 255, 1, 2, 3])
    #expect(told().contains("there is no such file, and no train-images-idx3-ubyte.gz"))
    try write("train-images-idx3-ubyte", pictures, isPacked: true)
    try write("train-labels-idx1-ubyte", IDXFile(shape: [2], values: [4, 9]))
    try write("t10k-images-idx3-ubyte", pictures)
    try write("t10k-labels-idx1-ubyte", IDXFile(shape: [2], values: [0, 1]))
    let (train, test) = try Digits.folder(URL(fileURLWithPath: scratch.path))
    #expect(train.pixels.prefix(3) == [0, 0.2, 1] && train.labels == [4, 9])
    #expect((test.width, test.height, test.count) == (3, 1, 2))
    try write("t10k-labels-idx1-ubyte", IDXFile(shape: [2], values: [0, 10]))
    #expect(told().contains("label 1: 10 is not a digit from 0 to 9"))
    try write("t10k-labels-idx1-ubyte", IDXFile(shape: [3], values: [0, 1, 2]))
    #expect(told().contains("it has the shape [3], where t10k-images-idx3-ubyte has 2 pictures"))
    try write("t10k-labels-idx1-ubyte", IDXFile(shape: [2], values: [0, 1]))
    try write("t10k-images-idx3-ubyte", IDXFile(shape: [2, 1, 1], values: [1, 2]))
    #expect(told().contains("its pictures have 1x1 pixels, those for training 3x1"))
    try write("t10k-images-idx3-ubyte", IDXFile(shape: [2], values: [1, 2]))
    #expect(told().contains("pictures have three axes"))
  }

  // The following read data that is not part of the repository; without it there is nothing to read.

  @Test(.enabled(if: has("mnist"), "needs ../shared/data/mnist"))
  func MNISTHasItsClassCounts() throws {
    let folder = URL(fileURLWithPath: "\(Self.shared)/mnist")
    let (train, test) = try Digits.folder(folder)
    #expect(
      train.classCounts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(test.classCounts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    #expect((train.width, train.height) == (28, 28))
  }

  @Test(.enabled(if: has("ligo_gw150914"), "needs ../shared/data/ligo_gw150914"))
  func theStrainOfGW150914IsReadAndTheFileClosed() throws {
    let path = "\(Self.shared)/ligo_gw150914/H-H1_LOSC_4_V2-1126259446-32.hdf5"
    let strain = try HDF5Strain(path: path, dataSets: ["strain/Strain"])
    #expect(strain.samples.count == 32 * 4096)
    #expect(strain.sampleRate == 4096)
    #expect(strain.start == 1_126_259_446)
    #expect(words { try HDF5Strain(path: path, dataSets: ["none"]) }.contains("data set 'none'"))
    #expect(
      words { try HDF5Strain(path: path, dataSets: ["strain/Strain"], limit: 9) }
        .contains("it has 131072 samples, where 1 to 9 are read"))
    let files = FileManager.default
    for descriptor in try files.contentsOfDirectory(atPath: "/proc/self/fd") {
      let target = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
      #expect(target?.hasSuffix("H-H1_LOSC_4_V2-1126259446-32.hdf5") != true)
    }
    let scratch = try Scratch()
    let cut = try scratch.write(
      "cut.hdf5", try Data(contentsOf: URL(fileURLWithPath: path)).prefix(500_000))
    #expect(
      words { try HDF5Strain(path: cut, dataSets: ["strain/Strain"]) }.contains("truncated"))
  }

  @Test(.enabled(if: has("virgo_v1_60s"), "needs ../shared/data/virgo_v1_60s"))
  func theStrainOfTheTutorialIsRead() throws {
    let strain = try HDF5Strain(
      path: "\(Self.shared)/virgo_v1_60s/GW170814.h5", dataSets: ["strain"])
    #expect(strain.samples.count == 60 * 4096)
    #expect(strain.sampleRate == 4096)
    #expect(strain.start == 1_186_746_568)
  }

  @Test(.enabled(if: has("sr_denoise_images/CSet5"), "needs ../shared/data/sr_denoise_images"))
  func thePicturesOfSet5HaveTheirSizes() throws {
    let folder = "\(Self.shared)/sr_denoise_images/CSet5"
    let sizes = try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      let image = try PNGImage(data, file: name)
      #expect(image.kind == .rgb)
      return "\(image.width)x\(image.height)"
    }
    #expect(sizes.sorted() == ["228x344", "256x256", "280x280", "288x288", "512x512"])
  }
}
