import Casework
import Datasets
import Learning
import Tensors

extension Figure {
  /// Returns a grid of grey pictures, brought to one size by their middle.
  ///
  /// - Parameters:
  ///   - name: As of a figure.
  ///   - title: As of a figure.
  ///   - caption: As of a figure.
  ///   - tiles: A label and a picture with pixels from 0 to 1; what lies outside is clipped.
  ///   - columns: How many stand in a row.
  /// - Returns: The figure.
  static func pictures(
    name: String, title: String, caption: String, _ tiles: [(label: String, picture: GreyImage)],
    columns: Int
  ) -> Figure {
    let width = tiles.map(\.picture.width).min() ?? 1
    let height = tiles.map(\.picture.height).min() ?? 1
    return Figure(
      name: name, title: title, caption: caption,
      content: .images(
        ImageGrid(
          width: width, height: height, columns: columns,
          tiles: tiles.map { label, picture in
            let middle = picture.cropped(
              x: (picture.width - width) / 2, y: (picture.height - height) / 2, width: width,
              height: height)
            return ImageGrid.Tile(label, pixels: middle.pixels.map { Double(min(max($0, 0), 1)) })
          })))
  }

  /// Returns a figure of curves.
  static func curves(
    name: String, title: String, caption: String, x: Axis, y: Axis, _ series: [Series],
    guides: [Guide] = []
  ) -> Figure {
    Figure(
      name: name, title: title, caption: caption,
      content: .lines(Plane(x: x, y: y, series: series, guides: guides)))
  }

  /// Returns a figure of points.
  static func points(
    name: String, title: String, caption: String, x: Axis, y: Axis, _ series: [Series],
    guides: [Guide] = []
  ) -> Figure {
    Figure(
      name: name, title: title, caption: caption,
      content: .scatter(Plane(x: x, y: y, series: series, guides: guides)))
  }

  /// Returns a curve of means with a band of one standard deviation, of which a single number has
  /// none.
  static func series(_ name: String, x: [Double], _ values: [Summary]) -> Series {
    let hasBand = values.contains { $0.count > 1 }
    return Series(
      name, x: x, y: values.map(\.mean),
      low: hasBand ? values.map { $0.mean - $0.deviation } : nil,
      high: hasBand ? values.map { $0.mean + $0.deviation } : nil)
  }

  /// Returns a curve with a number for each epoch, or whatever is counted from 1.
  static func series(_ name: String, _ values: [Double]) -> Series {
    Series(name, x: values.indices.map { Double($0 + 1) }, y: values)
  }

  /// Returns a figure of bars.
  static func bars(
    name: String, title: String, caption: String, _ categories: [String], y: Axis,
    _ series: [(name: String, values: [Double])], intervals: [(low: Double, high: Double)]? = nil
  ) -> Figure {
    Figure(
      name: name, title: title, caption: caption,
      content: .bars(
        Bars(
          categories: categories, y: y,
          series: series.map { name, values in
            Series(
              name, x: values.indices.map(Double.init), y: values, low: intervals?.map(\.low),
              high: intervals?.map(\.high))
          })))
  }

  /// Returns the kernels of a layer on one channel as small pictures, each by its greatest weight.
  static func kernels(title: String, caption: String, _ weight: Tensor) -> Figure {
    let (width, height) = (weight.shape[3], weight.shape[2])
    let kernels = weight.scalars.map { Double($0) }.chunked(by: width * height)
    return Figure(
      name: "first-layer", title: title, caption: caption,
      content: .images(
        ImageGrid(
          width: width, height: height, columns: 8, palette: .diverging,
          tiles: kernels.prefix(32).enumerated().map { index, kernel in
            let greatest = kernel.reduce(1e-9) { max($0, abs($1)) }
            return ImageGrid.Tile("\(index + 1)", pixels: kernel.map { $0 / greatest })
          })))
  }

  /// Returns the ROC curves of methods on the same examples.
  static func roc(
    title: String, caption: String, _ methods: [(name: String, scores: [Double])], labels: [Int]
  ) -> Figure {
    curves(
      name: "roc", title: title,
      caption: caption
        + " The nearer to the upper left corner, the better; the diagonal is chance.",
      x: Axis("false-positive rate", range: 0...1), y: Axis("true-positive rate", range: 0...1),
      methods.map { name, scores in
        let curve = rocCurve(scores: scores, labels: labels)
        let step = max(1, curve.count / 800)
        let places = Array(stride(from: 0, to: curve.count - 1, by: step)) + [curve.count - 1]
        return Series(
          name, x: places.map { curve[$0].falsePositiveRate },
          y: places.map { curve[$0].truePositiveRate })
      }, guides: [Guide("chance", .diagonal)])
  }
}
