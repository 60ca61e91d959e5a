import Casework

/// A figure as a command reports it: flat, with what its kind needs.
///
/// ```json
/// {"figure": "roc", "kind": "lines", "title": "…", "caption": "…", "x": "False positives",
///  "y": "True positives", "series": [{"name": "forest", "x": [0, 1], "y": [0, 1]}]}
/// ```
struct ReportedFigure: Decodable {
  static let keys = Set(CodingKeys.allCases.map(\.rawValue)).subtracting(["figure"])

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name = "figure"
    case kind, title, caption, x, y, series, edges, categories, rows, columns, values
    case width, height, tiles
    case isXLogarithmic = "log_x"
    case isYLogarithmic = "log_y"
  }

  struct Series: Decodable {
    let name: String
    let x, y, low, high: [Double]?
    let counts: [Double]?
    let pixels: [Double]?
  }

  let name, kind, title, caption: String
  let x, y: String?
  let isXLogarithmic, isYLogarithmic: Bool?
  /// Curves, points, bars (only `y`) or samples (`counts`).
  let series: [Series]?
  let edges: [Double]?
  let categories, rows, columns: [String]?
  let values: [[Double]]?
  let width, height: Int?
  let tiles: [Series]?

  /// The figure, once everything in it fits together.
  ///
  /// - Throws: ``MessageFault``.
  func figure() throws -> Figure {
    let isName = name.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == 45
    }
    guard isName, (1...100).contains(name.utf8.count) else {
      throw MessageFault("a figure's name is small letters and digits, joined by dashes.")
    }
    return Figure(name: name, title: title, caption: caption, content: try content())
  }

  private var xAxis: Figure.Axis {
    .init(x ?? "", scale: isXLogarithmic == true ? .logarithmic : .linear)
  }
  private var yAxis: Figure.Axis {
    .init(y ?? "", scale: isYLogarithmic == true ? .logarithmic : .linear)
  }

  private func content() throws -> Figure.Content {
    switch kind {
    case "lines": .lines(try plane())
    case "scatter": .scatter(try plane())
    case "bars": .bars(try bars())
    case "histogram": .histogram(try histogram())
    case "matrix": .matrix(try matrix())
    case "images": .images(try images())
    default:
      throw MessageFault(
        "there is no kind '\(kind)' of figures. There are: lines, scatter, bars, histogram, matrix, "
          + "images.")
    }
  }

  private func given<Value>(_ value: Value?, _ key: CodingKeys) throws -> Value {
    guard let value else {
      throw MessageFault("a figure of the kind '\(kind)' has '\(key.rawValue)'.")
    }
    return value
  }

  private func require(_ isRight: Bool, _ problem: String) throws {
    if !isRight { throw MessageFault(problem) }
  }

  private func series(abscissas: [Double]?) throws -> [Figure.Series] {
    try given(series, .series).map { series in
      let y = series.y ?? []
      let x = abscissas ?? series.x ?? []
      let isEven = [series.low, series.high].allSatisfy { $0 == nil || $0?.count == y.count }
      try require(
        x.count == y.count && isEven && (series.low == nil) == (series.high == nil),
        "'\(series.name)' has not as many x, y, low and high.")
      return Figure.Series(series.name, x: x, y: y, low: series.low, high: series.high)
    }
  }

  private func plane() throws -> Figure.Plane {
    Figure.Plane(x: xAxis, y: yAxis, series: try series(abscissas: nil))
  }

  private func bars() throws -> Figure.Bars {
    let categories = try given(categories, .categories)
    return Figure.Bars(
      categories: categories, y: yAxis,
      series: try series(abscissas: categories.indices.map(Double.init)))
  }

  private func histogram() throws -> Figure.Histogram {
    let edges = try given(edges, .edges)
    try require(
      edges.allSatisfy(\.isFinite) && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "the edges of a histogram ascend.")
    let samples = try given(series, .series).map { series in
      let counts = series.counts ?? []
      try require(
        counts.count + 1 == edges.count, "'\(series.name)' needs \(edges.count - 1) counts.")
      return Figure.Histogram.Sample(series.name, counts: counts)
    }
    return Figure.Histogram(x: xAxis, y: yAxis, edges: edges, samples: samples)
  }

  private func matrix() throws -> Figure.Matrix {
    let (rows, columns) = (try given(rows, .rows), try given(columns, .columns))
    let values = try given(values, .values)
    try require(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count },
      "the values of a matrix are \(rows.count) lists of \(columns.count) numbers.")
    return Figure.Matrix(
      rowLabel: y ?? "", columnLabel: x ?? "", rows: rows, columns: columns,
      values: values.flatMap { $0 })
  }

  private func images() throws -> Figure.ImageGrid {
    let (width, height) = (try given(width, .width), try given(height, .height))
    let sides = 1...4096
    try require(
      sides.contains(width) && sides.contains(height), "pictures have 1 to 4096 pixels a side.")
    let tiles = try given(tiles, .tiles).map { tile in
      let pixels = tile.pixels ?? []
      try require(
        pixels.count == width * height && pixels.allSatisfy { (0...1).contains($0) },
        "'\(tile.name)' needs \(width * height) pixels from 0 to 1.")
      return Figure.ImageGrid.Tile(tile.name, pixels: pixels)
    }
    return Figure.ImageGrid(
      width: width, height: height, columns: max(1, min(tiles.count, 10)), tiles: tiles)
  }
}
