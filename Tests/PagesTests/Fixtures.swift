import Casework
import Catalog
import Foundation

@testable import Pages

/// Entries and runs for tests: fixed ids, times and numbers.
enum Fixtures {
  enum Failure: Error { case noSlug(String) }

  static let hostile =
    "<b>&amp; \"quoted\" 'single' ]]> <![CDATA[x]]> \u{0}\u{7}\u{1B}\u{FFFE} 👩‍👩‍👧 שלום مرحبا "
    + "\u{202E}abc\u{202C} \r\n end"

  static let assets =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/site/assets"

  static func slug(_ text: String) throws -> Slug {
    guard let slug = Slug(rawValue: text) else { throw Failure.noSlug(text) }
    return slug
  }

  static func column(_ text: String) -> Entry.Column {
    Entry.Column(text: text, terms: text.components(separatedBy: ", "))
  }

  static func planned(_ index: Int) throws -> Entry {
    let goals = ["Classification", "Anomaly detection", "Denoising", "Segmentation"]
    let fields = ["High Energy Physics", "Medical Physics, Computer Vision", "Computing"]
    let tools = ["Keras, Tensorflow", "PyTorch", "Scikit-learn", "ROOT, Keras, TF"]
    let titles = [
      "Tagging of b jets", "Lung segmentation with a U-Net", "Denoising autoencoder",
      "Transformer for jets", "Distributed training", "Bounding boxes of organs",
    ]
    return Entry(
      slug: try slug("planned-\(index)"), title: "\(titles[index % 6]) \(index)",
      summary: "A case that is described and will be run later.", goal: column(goals[index % 4]),
      algorithms: column(index.isMultiple(of: 2) ? "CNN, LSTM" : "Transformer"),
      field: column(fields[index % 3]), tools: column(tools[index % 4]),
      comments: index.isMultiple(of: 3) ? "Tutorial for students" : "",
      level: Entry.Level.allCases[index % 3], references: [], dataNames: [], declaredData: [],
      presets: [], settings: [:], metrics: [], expectations: [],
      body: "What it will show.\n\n- one thing\n- another thing\n", bodyLine: 20)
  }

  static let defaults: [String: JSONValue] = [
    "epochs": .integer(50), "windows": .integer(10_000), "learning_rate": .number(0.001),
  ]

  static func virgo() throws -> Entry {
    Entry(
      slug: try slug("virgo-autoencoder"), title: "Virgo autoencoder",
      summary: "An autoencoder compresses windows of detector noise, beside principal components, "
        + "which are the exact optimum of the linear one.",
      goal: column("Data compression"), algorithms: column("Autoencoder"),
      field: column("General Relativity"), tools: column("Python Keras"),
      comments: "Tutorial for students", level: .intermediate,
      references: [
        .init(title: "Gravitational Wave Open Science Center", url: "https://gwosc.org/?a=1&b=2"),
        .init(title: "L. Rei, lecture notes", url: nil),
      ],
      dataNames: ["virgo_v1_60s"], declaredData: [strain],
      presets: [
        .init(
          name: "quick", about: "A few seconds, on generated noise.",
          settings: ["epochs": .integer(10), "windows": .integer(1000)]),
        .init(name: "standard", about: "About a minute.", settings: [:]),
        .init(
          name: "paper", about: "The settings of the original notebook.",
          settings: ["epochs": .integer(15), "learning_rate": .number(1e-5)]),
      ],
      settings: [
        "epochs": "Passes over the training windows.", "windows": "Windows to train on.",
        "learning_rate": "The step of Adam.",
      ],
      metrics: metrics, expectations: expectations, body: prose, bodyLine: 40, isSimulated: true)
  }

  private static let strain = DataSet(
    name: "virgo_v1_60s", title: "One minute of Virgo strain", creator: "GWOSC",
    licence: "CC BY 4.0", homepage: "https://doi.org/10.7935/CA75-FM95", downloadBytes: 1_972_224,
    files: [
      .init(name: "GW170814.h5", bytes: 1_972_224, sha256: String(repeating: "4a", count: 32))
    ], sources: [.folder("virgo_v1_60s")])

  private static let metrics = [
    Metric(
      name: "ratio_to_pca", better: .lower,
      meaning: "Test residual over that of principal components with as many numbers."),
    Metric(
      name: "residual_variance", better: .lower,
      meaning: "Mean squared error over the variance of the data."),
    Metric(name: "loss", better: .lower, meaning: "Mean squared error on training windows."),
    Metric(name: "seconds", better: .lower, unit: "s", meaning: "Wall time of training."),
  ]

  private static let expectations = [
    Expectation(
      metric: "ratio_to_pca", bound: .atMost(1.05), source: .judgement, note: "raw and band-passed"),
    Expectation(
      metric: "residual_variance", bound: .equals(0.75, within: 0.02), source: .exact,
      note: "1 - k/128 for white noise"),
    Expectation(metric: "loss", bound: .below(0.01), source: .published),
    Expectation(metric: "seconds", bound: .below(1), source: .measured, presets: ["paper"]),
  ]

  private static let prose = """
    # Why white noise cannot be compressed

    An autoencoder with a *linear* output of width `k` leaves **at least** the variance of the
    discarded components, see [the table](#what-is-left) and [it](https://example.org/a?b=1&c=2).

    ## What is left

    | k | white | whitened |
    |---|------:|---------:|
    | 32 | 0.750 | ~~0.745~~ |
    | 64 | 0.500 | 0.475 |

    > In-sample fits look like compression.

    ```swift
    let residual = 1 - Double(k) / 128 // ]]> & <b>
    ```

    1. First
    2. Second, with [another case](planned-3.md)

    <b>raw</b> and <!-- a comment --> text & more.
    """

  static let provenance = Provenance(
    codeRevision: "0123456789abcdef0123456789abcdef01234567", isCodeDirty: true,
    binaryDigest: String(repeating: "ab", count: 32), compiler: "Swift 6.3.1",
    libraries: ["onednn": "2.6.3", "sqlite": "3.40.1"], cpuModel: "AMD EPYC 7763",
    instructionSet: "avx2", threads: 2, data: ["virgo_v1_60s": String(repeating: "9c", count: 32)],
    operatingSystem: "Debian 12", host: "host", bootID: "boot", processID: 42)

  static func run(
    _ id: String, of slug: Slug, seed: Int = 1, metrics: [String: Double],
    status: Run.Status = .finished, verdict: Verdict? = nil, failure: String? = nil
  ) -> Run {
    Run(
      id: padded(id), slug: slug, status: status, seed: seed, preset: "standard",
      settings: defaults, metrics: metrics,
      startedAt: Date(timeIntervalSince1970: 1_790_000_000 + Double(seed) * 3600),
      duration: 83.4, lastStep: 50, failure: failure, verdict: verdict, provenance: provenance,
      artifacts: [
        Artifact(
          name: "model.safetensors", role: .output, mediaType: "application/octet-stream",
          bytes: 33_792, sha256: String(repeating: "cd", count: 32)),
        Artifact(
          name: "report: final?.txt", role: .output, mediaType: "text/plain", bytes: 6,
          sha256: String(repeating: "ef", count: 32)),
      ])
  }

  static func padded(_ id: String) -> String { id + String(repeating: "0", count: 32 - id.count) }

  static func series(_ name: String, from start: Double, to end: Double) -> MetricSeries {
    let points = (1...50).map { step in
      let share = exp(-Double(step) / 9) * (1 + 0.05 * sin(Double(step) * 1.7))
      return MetricSeries.Point(step: step, value: end + (start - end) * share)
    }
    return MetricSeries(metric: name, points: points, digest: String(repeating: "0", count: 64))
  }

  static func runs(of slug: Slug) -> [PageRun] {
    [
      PageRun(
        run: run(
          "1a2b3c4d", of: slug, seed: 1,
          metrics: [
            "ratio_to_pca": 1.0312, "residual_variance": 0.74871, "loss": 0.7312, "seconds": 61.25,
          ], verdict: .bitwise)
      ) {
        PageRun.Content(
          series: [
            series("loss", from: 1, to: 0.73), series("validation_loss", from: 1.05, to: 0.75),
            series("learning_rate", from: 1e-3, to: 1e-6),
          ], figures: figures, files: ["report: final?.txt": Data("hello\n".utf8)])
      },
      PageRun(
        run: run(
          "2b3c4d5e", of: slug, seed: 2,
          metrics: ["ratio_to_pca": 1.07, "residual_variance": .nan, "loss": 1.2e-7])
      ) { PageRun.Content() },
      PageRun(
        run: run(
          "3c4d5e6f", of: slug, seed: 3, metrics: ["loss": 12_345.678], status: .failed,
          failure: "The loss is not a number at step 7: <lower> the rate & try again.")
      ) { PageRun.Content() },
    ]
  }

  static func site(isHostile: Bool = false) throws -> Site {
    let virgo = try virgo()
    var entries = try [virgo] + (1...22).map { try planned($0) }
    if isHostile { entries.append(try entry(of: hostile)) }
    return try Site(
      name: "Casebook", entries: entries, runnable: [virgo.slug: defaults],
      runs: runs(of: virgo.slug), comparisons: [try comparison(virgo.slug)], assets: assets)
  }

  static func comparison(_ slug: Slug) throws -> ComparisonTable {
    ComparisonTable(
      slug: try Fixtures.slug("virgo-units"), title: "Virgo autoencoder: width of the code",
      summary: "Codes of 16 and 32 numbers.", useCase: slug, metrics: ["residual_variance"],
      groups: [
        .init(
          name: "units=16", runs: [padded("1a2b3c4d"), padded("ffff0000")],
          statistics: [
            "residual_variance": .init(n: 2, mean: 0.8752, sd: 0.0031, ci95: 0.868...0.882)
          ]),
        .init(
          name: "units=32", runs: [padded("2b3c4d5e")],
          statistics: ["residual_variance": .init(n: 1, mean: 0.7487, sd: nil, ci95: nil)]),
      ],
      tests: [
        .init(
          metric: "residual_variance", first: "units=16", second: "units=32", difference: -0.1265,
          adjustedP: nil, method: "one seed: no test")
      ])
  }

  /// An entry that says the same text wherever an entry says a text.
  static func entry(of text: String) throws -> Entry {
    Entry(
      slug: try slug("hostile"), title: text + String(repeating: " title", count: 60),
      summary: text, goal: column(text), algorithms: column(text), field: column(text),
      tools: column(text), comments: text, level: .beginner,
      references: [
        .init(title: text, url: "javascript:alert(1)"),
        .init(title: "x", url: "https://x.org/\"<>& ]]>"), .init(title: text, url: text),
      ], dataNames: [text],
      declaredData: [
        DataSet(
          name: text, title: text, creator: text, licence: text, homepage: text, downloadBytes: 1,
          files: [], sources: [])
      ], presets: [.init(name: text, about: text, settings: [text: .string(text)])],
      settings: [text: text],
      metrics: [Metric(name: text, better: .higher, unit: text, meaning: text)],
      expectations: [Expectation(metric: text, bound: .above(1), source: .exact, note: text)],
      body: "\(text)\n\n```\n\(text)\n```\n", bodyLine: 1)
  }
}
