import Casework
import Foundation

/// The files of a run: its record, the course of its metrics, its figures, and what it kept.
struct CrateFiles {
  let files: [PageFile]

  /// - Throws: ``PagesError/cannotDraw(figure:reason:)``.
  init(_ item: PageRun, in folder: String, pictures: PictureStore) throws {
    let shown = try item.content()
    var figures = FigureFiles(folder: folder, pictures: pictures)
    for figure in shown.figures { _ = try figures.add(figure) }
    for (name, content) in shown.files.sorted(by: { $0.key < $1.key }) {
      let type = item.run.artifacts.first { $0.name == name }?.mediaType
      _ = figures.add(name, mediaType: type ?? "application/octet-stream", content: content)
    }
    files =
      [
        PageFile(
          name: "record.json", mediaType: "application/json", content: try Self.record(item.run)),
        PageFile(
          name: "metrics.csv", mediaType: "text/csv", content: Self.metrics(shown.series)),
      ] + figures.files
  }

  private static func record(_ run: Run) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(run) + Data("\n".utf8)
  }

  private static func metrics(_ series: [MetricSeries]) -> Data {
    var csv = CSVText()
    csv.row(["metric", "step", "value"])
    for one in series.sorted(by: { $0.metric < $1.metric }) {
      for point in one.points { csv.row([one.metric, "\(point.step)"], [point.value]) }
    }
    return csv.data
  }
}
