public import Casework
public import Foundation

/// The figures of a page and the files that belong to them, each with a name of its own.
struct FigureFiles {
  private(set) var files: [PageFile] = []
  private var taken: Set<String> = []
  private let pictures: PictureStore
  private let folder: String

  /// - Parameters:
  ///   - folder: The folder of the page's files.
  ///   - pictures: Pictures that were drawn before.
  init(folder: String, pictures: PictureStore) {
    (self.folder, self.pictures) = (folder, pictures)
  }

  /// Draws a figure: a picture for Confluence, one for the web, and its numbers.
  ///
  /// - Throws: ``PagesError/cannotDraw(figure:reason:)``.
  mutating func add(_ figure: Figure) throws -> Block {
    // Short, so that a number at its end stays within the length of a name in a drawing.
    let base = String(figure.name.slugged(fallback: "figure").prefix(70))
    let name = unique(base, endings: [".png", ".svg", ".csv"])
    var figure = figure
    figure.name = name
    let drawing = try Drawing(figure)
    let svg = try MarkupWriter.svg(drawing.file)
    let png = try pictures.png(of: svg, at: (folder, name)) {
      try Raster.png(
        svg: svg, size: Size(width: drawing.width, height: drawing.height), figure: name)
    }
    files += [
      PageFile(name: "\(name).png", mediaType: "image/png", content: png, use: .storage),
      PageFile(name: "\(name).svg", mediaType: "image/svg+xml", content: svg, use: .html),
      PageFile(name: "\(name).csv", mediaType: "text/csv", content: FigureTable.csv(figure)),
    ]
    return .figure(
      FigureBlock(
        title: figure.title, caption: figure.fullCaption, drawing: drawing,
        isZoomable: figure.isZoomable, weight: svg.count - DrawingStyle.standalone.utf8.count,
        imageName: "\(name).png", vectorName: "\(name).svg", tableName: "\(name).csv"))
  }

  /// Adds a file that a run kept.
  ///
  /// - Returns: The name that it got.
  mutating func add(_ name: String, mediaType: String, content: Data) -> String {
    let name = name.fileName
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    let ending = String(name[dot...])
    let result = unique(String(name[..<dot]), endings: [ending]) + ending
    files.append(PageFile(name: result, mediaType: mediaType, content: content))
    return result
  }

  private mutating func unique(_ name: String, endings: [String]) -> String {
    var (candidate, count) = (name, 1)
    while endings.contains(where: { taken.contains("\(candidate)\($0)".caseKey) }) {
      count += 1
      candidate = "\(name)-\(count)"
    }
    taken.formUnion(endings.map { "\(candidate)\($0)".caseKey })
    return candidate
  }
}

extension Figure {
  /// Whether it is drawn between two axes of numbers.
  fileprivate var isZoomable: Bool {
    switch content {
    case .lines, .scatter, .histogram, .density: true
    case .bars, .matrix, .images, .overlay, .parallel, .network: false
    }
  }

  /// Returns the figure as an SVG file.
  ///
  /// - Throws: ``PagesError/cannotDraw(figure:reason:)``.
  public func svg() throws -> Data { try MarkupWriter.svg(Drawing(self).file) }

  /// Draws what a run logged at each step.
  ///
  /// Metrics that differ only in the part of the data that they speak of share a figure.
  static func curves(of series: [MetricSeries], metrics: [Metric]) -> [Figure] {
    var groups: [(name: String, series: [MetricSeries])] = []
    for item in series.sorted(by: { $0.metric < $1.metric }) where item.points.count > 1 {
      let name = subject(item.metric)
      if let index = groups.firstIndex(where: { $0.name == name && $0.series.count < 6 }) {
        groups[index].series.append(item)
      } else {
        groups.append((name, [item]))
      }
    }
    return groups.map { curve($0.name, $0.series, metrics) }
  }

  private static func subject(_ metric: String) -> String {
    let parts = ["training_", "train_", "validation_", "val_", "test_"]
    let part = parts.first { metric.hasPrefix($0) && metric.count > $0.count }
    return part.map { String(metric.dropFirst($0.count)) } ?? metric
  }

  private static func curve(
    _ name: String, _ series: [MetricSeries], _ metrics: [Metric]
  ) -> Figure {
    let values = series.flatMap(\.points).map(\.value).filter(\.isFinite)
    let isWide = (values.min() ?? 0) > 0 && (values.max() ?? 1) / (values.min() ?? 1) > 300
    let declared = series.compactMap { item in metrics.first { $0.name == item.metric } }
    let unit = declared.first?.unit.map { " (\($0))" } ?? ""
    let last = series.map { item in
      "\(item.metric) \(item.points.last.map { Numbers.text($0.value) } ?? "")"
    }
    let steps = series.flatMap(\.points).map(\.step)
    let span = "\(Numbers.text(steps.min() ?? 0)) to \(Numbers.text(steps.max() ?? 0))"
    let lines = series.map { item in
      Series(item.metric, x: item.points.map { Double($0.step) }, y: item.points.map(\.value))
    }
    let plane = Plane(
      x: Axis("step"), y: Axis(name + unit, scale: isWide ? .logarithmic : .linear), series: lines)
    return Figure(
      name: "curve-\(name)", title: "\(name) at each step",
      caption: "Steps \(span)\(isWide ? ", on a logarithmic axis" : ""); last values: "
        + "\(last.joined(separator: ", ")).", content: .lines(plane))
  }
}
