import Casework
import Foundation

extension Fixtures {
  /// One figure of each kind and of what is special in each.
  static let figures: [Figure] = [
    roc, spectrum, scatter, histogram, bars, confusion, correlations, digits, weights, colours,
    network, dalitz, settings, lungs,
  ]

  static let network: Figure = {
    var network = Figure.Network(nodes: [], links: [])
    let image = network.append([
      .init("image", output: "1 × 28 × 28"),
      .init("Convolution 3 × 3", output: "16 × 28 × 28", parameters: 160),
      .init("MaxPooling", output: "16 × 14 × 14"),
    ])
    let record = network.append(
      [.init("record", output: "4"), .init("Dense", output: "8", parameters: 40)], column: 1)
    let end = network.append(
      [.init("Dense", output: "1", parameters: 12_345_678)], row: 3, fedBy: [image, record])
    network.links.append(.init(from: 0, to: end))
    network.links.append(.init(from: image, to: record + 0))
    return Figure(
      name: "network", title: "A network", caption: "Layers and what flows between them.",
      content: .network(network))
  }()

  static let roc = Figure(
    name: "roc", title: "ROC curve",
    caption: "True-positive against false-positive rate; the band is one standard error.",
    content: .lines(
      .init(
        x: .init("false-positive rate", range: 0...1), y: .init("true-positive rate", range: 0...1),
        series: [
          roc("autoencoder, area 0.93", 0.08), roc("mean distance, area 0.81", 0.3),
          roc("principal components with 32 of 128 numbers, area 0.76", 0.45),
        ],
        guides: [.init("chance", .diagonal), .init("working point", .vertical(0.1))])))

  private static func roc(_ name: String, _ power: Double) -> Figure.Series {
    let x = (0...40).map { Double($0) / 40 }
    let y = x.map { pow($0, power) }
    return .init(
      name, x: x, y: y, low: y.map { max(0, $0 - 0.03) }, high: y.map { min(1, $0 + 0.03) })
  }

  static let spectrum = Figure(
    name: "spectrum", title: "Power spectral density", caption: "Before and after whitening.",
    content: .lines(
      .init(
        x: .init("frequency (Hz)", scale: .logarithmic),
        y: .init("power spectral density (1/Hz)", scale: .logarithmic),
        series: [
          .init(
            "raw", x: (1...3000).map(Double.init),
            y: (1...3000).map(falling)),
          .init(
            "whitened", x: (1...300).map { Double($0) * 10 },
            y: (1...300).map { (index: Int) -> Double in index % 50 == 0 ? .nan : 1e-44 }),
        ])))

  private static func falling(_ index: Int) -> Double {
    let frequency = Double(index)
    return 1e-38 * pow(frequency, -2.5) * (1.2 + sin(frequency * 13))
  }

  private static func hill(_ index: Int) -> Double {
    let distance = Double(index) - 12
    return (60 * exp(-distance * distance / 9)).rounded()
  }

  private static func count(_ index: Int) -> Double {
    let small = Double(index * 5 % 13)
    return index % 7 == 0 ? 1170 - Double(index) : small
  }

  private static func correlation(_ index: Int) -> Double {
    if index % 6 == 0 { return 1 }
    return index == 3 ? .nan : cos(Double(index / 5 + index % 5) * 1.1)
  }

  private static func wave(_ pixel: Int, _ unit: Int) -> Double {
    sin(Double(pixel * (unit + 1)) * 0.21)
  }

  private static func age(_ index: Int) -> Double {
    let truth = Double(index) * 3.2
    return truth + 12 * sin(Double(index) * 2.1)
  }

  static let scatter = Figure(
    name: "scatter", title: "Predicted against true age", caption: "One point for each hand.",
    content: .scatter(
      .init(
        x: .init("true age (months)"), y: .init("predicted age (months)"),
        series: [
          .init(
            "female", x: (0..<60).map { Double($0) * 3.3 },
            y: (0..<60).map(age)),
          .init(
            "male", x: [20, 80, 140], y: [30, 70, 150], low: [20, 60, 130], high: [40, 80, 170]),
        ], guides: [.init("equal", .diagonal)])))

  static let histogram = Figure(
    name: "errors", title: "Reconstruction errors", caption: "Good and anomalous lumisections.",
    content: .histogram(
      .init(
        x: .init("mean squared error"), y: .init("lumisections", scale: .logarithmic),
        edges: (0...20).map { Double($0) * 0.05 },
        samples: [
          .init("good", counts: (0..<20).map { (2000 * exp(-Double($0))).rounded() }),
          .init("anomalous", counts: (0..<20).map(hill)),
        ], guides: [.init("threshold", .vertical(0.31))])))

  static let bars = Figure(
    name: "scores", title: "Dice by method", caption: "Whiskers are 95 % intervals.",
    content: .bars(
      .init(
        categories: ["U-Net", "thresholding", "region growing from a seed", "atlas"],
        y: .init("Dice coefficient"),
        series: [
          .init(
            "left lung", x: [0, 1, 2, 3], y: [0.94, 0.71, 0.78, 0.86],
            low: [0.93, 0.68, 0.75, 0.84], high: [0.95, 0.74, 0.81, 0.88]),
          .init("right lung", x: [0, 1, 2, 3], y: [0.92, 0.66, .nan, 0.84]),
        ])))

  static let confusion = Figure(
    name: "confusion", title: "Confusion matrix", caption: "Rows are true digits.",
    content: .matrix(
      .init(
        rowLabel: "true", columnLabel: "predicted", rows: (0..<6).map(String.init),
        columns: (0..<6).map(String.init),
        values: (0..<36).map(count))))

  private static let names = [
    "jet_momentum", "missing_energy", "b_tag", "number_of_tracks", "mass",
  ]

  static let correlations = Figure(
    name: "correlations", title: "Correlations", caption: "Between inputs.",
    content: .matrix(
      .init(
        rowLabel: "", columnLabel: "", rows: names, columns: names,
        values: (0..<25).map(correlation))))

  static let digits = Figure(
    name: "digits", title: "Input and reconstruction",
    caption: "Above the input, below the output.",
    content: .images(
      .init(
        width: 8, height: 8, columns: 6,
        tiles: (0..<12).map { tile in .init(tile < 6 ? "\(tile)" : "", pixels: ring(tile % 6)) })))

  private static func ring(_ index: Int) -> [Double] {
    (0..<64).map { pixel in
      let (x, y) = (Double(pixel % 8) - 3.5, Double(pixel / 8) - 3.5)
      return exp(-pow((x * x + y * y).squareRoot() - 1 - Double(index) * 0.4, 2))
    }
  }

  static let weights = Figure(
    name: "weights", title: "First layer", caption: "Weights of four units.",
    content: .images(
      .init(
        width: 8, height: 8, columns: 4, palette: .diverging,
        tiles: (0..<4).map { unit in
          .init("unit \(unit)", pixels: (0..<64).map { wave($0, unit) })
        })))

  static let colours = Figure(
    name: "colours", title: "A coloured picture", caption: "Red, green, blue and white.",
    content: .images(
      .init(
        width: 2, height: 2, columns: 1, palette: .colour,
        tiles: [.init("four pixels", pixels: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, .nan])])))
}
