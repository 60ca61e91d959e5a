import ArgumentParser
import Casework
import Foundation
import Pages
import Records

/// What a comparison can be drawn as.
enum FigureKind: String, ExpressibleByArgument, CaseIterable { case curves, bars, parallel }

extension CompareCommand {
  /// Draws the first metric that has a curve; if it was asked for and has none, its means.
  func draw(_ comparison: Comparison, _ metrics: [Metric], to path: String) throws {
    let drawer = ComparisonFigures(
      comparison, names: comparison.groupNames, in: try house.readRuns())
    guard let first = metrics.first else {
      throw Failure.usage(.wrong("the runs have no metric to draw."))
    }
    let drawing = try chosenFigure(drawer, first, metrics).svg()
    try OutputFile(path, for: "the figure").write(drawing)
    Terminal.error.print("casebook: wrote \(path).")
  }

  private func chosenFigure(
    _ drawer: ComparisonFigures, _ first: Metric, _ metrics: [Metric]
  ) throws -> Figure {
    switch kind {
    case .bars: return drawer.bars(of: first)
    case .parallel:
      guard let figure = drawer.parallel(by: first) else {
        throw Failure.usage(
          .wrong("the runs differ in no setting, so that there is nothing to draw lines across."))
      }
      return figure
    case .curves, nil:
      // Without a metric of the user's own, the first that has a curve.
      for metric in by.isEmpty ? metrics : [first] {
        if let figure = try drawer.curves(of: metric) { return figure }
      }
      guard kind == nil else {
        throw Failure.usage(
          .wrong(
            "\(first.name) was not logged over steps, so that it has no curve; try --kind bars."))
      }
      return drawer.bars(of: first)
    }
  }
}
