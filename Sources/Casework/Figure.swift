/// A picture as data: what is drawn, not how.
///
/// `Pages` draws it; the same data stand beside it as a table.
public struct Figure: Hashable, Codable, Sendable {
  /// A short name, unique in a run: lower-case words joined by dashes.
  public var name: String
  /// The heading.
  public var title: String
  /// What the figure shows and how to read it, in one or two sentences; also its alternative text.
  public var caption: String
  /// What is drawn.
  public var content: Content

  /// The kinds of figures.
  public enum Content: Hashable, Codable, Sendable {
    /// Curves, with bands where the series have them.
    case lines(Plane)
    /// Points.
    case scatter(Plane)
    /// Counts between edges.
    case histogram(Histogram)
    /// A bar for each category, with an interval where there is one.
    case bars(Bars)
    /// A table of numbers as colours, such as a confusion matrix.
    case matrix(Matrix)
    /// Small grey or coloured pictures in rows.
    case images(ImageGrid)
    /// Grey pictures with regions drawn on them.
    case overlay(Overlay)
    /// Counts in the cells of a plane.
    case density(Density)
    /// Items as lines across axes that stand beside each other.
    case parallel(Parallel)
    /// The layers of a network as boxes, and what flows between them.
    case network(Network)
  }

  /// Whether it shows the layers of a network.
  public var isNetwork: Bool {
    if case .network = content { true } else { false }
  }

  /// Creates a figure.
  public init(name: String, title: String, caption: String, content: Content) {
    (self.name, self.title, self.caption, self.content) = (name, title, caption, content)
  }
}

extension Figure {
  /// An axis.
  public struct Axis: Hashable, Codable, Sendable {
    public enum Scale: String, Codable, Sendable { case linear, logarithmic }
    /// What is measured along it, with the unit in brackets: `MET (GeV)`.
    public var label: String
    public var scale: Scale
    /// The least and the greatest value shown, or `nil` to fit the data.
    public var range: [Double]?

    /// Creates an axis.
    public init(_ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      (self.label, self.scale) = (label, scale)
      self.range = range.map { [$0.lowerBound, $0.upperBound] }
    }
  }

  /// Points of a plane that belong together.
  public struct Series: Hashable, Codable, Sendable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    /// The lower and upper edge of a band around the curve, one for each point, if there is one.
    public var low: [Double]?
    public var high: [Double]?

    /// Creates a series; all arrays are of the same length.
    public init(
      _ name: String, x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil
    ) {
      guard x.count == y.count else {
        fatalError("\(name): \(x.count) abscissas, \(y.count) ordinates")
      }
      (self.name, self.x, self.y, self.low, self.high) = (name, x, y, low, high)
    }
  }

  /// A straight line across the plane, such as a threshold or the diagonal of chance.
  public struct Guide: Hashable, Codable, Sendable {
    public enum Place: Hashable, Codable, Sendable {
      case horizontal(Double), vertical(Double), diagonal
    }
    public var name: String
    public var place: Place

    /// Creates a guide.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }
  }

  /// Two axes and what is drawn between them.
  public struct Plane: Hashable, Codable, Sendable {
    public var x: Axis
    public var y: Axis
    public var series: [Series]
    public var guides: [Guide]

    /// Creates a plane.
    public init(x: Axis, y: Axis, series: [Series], guides: [Guide] = []) {
      (self.x, self.y, self.series, self.guides) = (x, y, series, guides)
    }
  }

  /// Counts of one or more samples in the same bins.
  public struct Histogram: Hashable, Codable, Sendable {
    public struct Sample: Hashable, Codable, Sendable {
      public var name: String
      public var counts: [Double]

      /// Creates a sample.
      public init(_ name: String, counts: [Double]) { (self.name, self.counts) = (name, counts) }
    }
    public var x: Axis
    public var y: Axis
    /// One more than there are bins, ascending.
    public var edges: [Double]
    public var samples: [Sample]
    public var guides: [Guide]

    /// Creates a histogram from counts.
    public init(x: Axis, y: Axis, edges: [Double], samples: [Sample], guides: [Guide] = []) {
      (self.x, self.y, self.edges) = (x, y, edges)
      (self.samples, self.guides) = (samples, guides)
    }
  }

  /// A value for each category and sample.
  public struct Bars: Hashable, Codable, Sendable {
    public var categories: [String]
    public var y: Axis
    /// For each series, `x` is the index of the category.
    public var series: [Series]

    /// Creates bars.
    public init(categories: [String], y: Axis, series: [Series]) {
      (self.categories, self.y, self.series) = (categories, y, series)
    }
  }

  /// Numbers in rows and columns.
  public struct Matrix: Hashable, Codable, Sendable {
    public var rowLabel: String
    public var columnLabel: String
    public var rows: [String]
    public var columns: [String]
    /// Row-major.
    public var values: [Double]
    /// Whether the numbers are written into the cells.
    public var isAnnotated: Bool

    /// Creates a matrix.
    public init(
      rowLabel: String, columnLabel: String, rows: [String], columns: [String], values: [Double],
      isAnnotated: Bool = true
    ) {
      guard values.count == rows.count * columns.count else { fatalError("\(values.count) cells") }
      (self.rowLabel, self.columnLabel, self.rows) = (rowLabel, columnLabel, rows)
      (self.columns, self.values, self.isAnnotated) = (columns, values, isAnnotated)
    }
  }

  /// Pictures of one size.
  public struct ImageGrid: Hashable, Codable, Sendable {
    public struct Tile: Hashable, Codable, Sendable {
      public var label: String
      /// Row-major, from 0 (black) to 1 (white); with colour, three numbers a pixel.
      public var pixels: [Double]

      /// Creates a tile.
      public init(_ label: String, pixels: [Double]) { (self.label, self.pixels) = (label, pixels) }
    }
    public enum Palette: String, Codable, Sendable {
      case grey
      case colour
      /// Values around zero in [-1, 1], as for weights.
      case diverging
    }
    public var width: Int
    public var height: Int
    public var columns: Int
    public var palette: Palette
    public var tiles: [Tile]
    /// What 1 stands for in diverging pictures, such as the greatest weight; `nil` for 1 itself.
    public var reach: Double?

    /// Creates a grid.
    public init(
      width: Int, height: Int, columns: Int, palette: Palette = .grey, tiles: [Tile],
      reach: Double? = nil
    ) {
      (self.width, self.height, self.columns) = (width, height, columns)
      (self.palette, self.tiles, self.reach) = (palette, tiles, reach)
    }
  }

  /// Layers in the cells of a grid, and arrows between them.
  public struct Network: Hashable, Codable, Sendable {
    public struct Node: Hashable, Codable, Sendable {
      /// What it is, such as `Convolution 3 × 3`.
      public var name: String
      /// The shape of what it puts out without the number of examples, such as `16 × 28 × 28`.
      public var output: String
      /// The numbers that are learned.
      public var parameters: Int
      /// The cell, both from 0.
      public var column: Int
      public var row: Int

      /// Creates a layer.
      public init(
        _ name: String, output: String, parameters: Int = 0, column: Int = 0, row: Int = 0
      ) {
        (self.name, self.output, self.parameters) = (name, output, parameters)
        (self.column, self.row) = (column, row)
      }
    }

    /// From the node with one index to that with another.
    public struct Link: Hashable, Codable, Sendable {
      public var from: Int
      public var to: Int

      public init(from: Int, to: Int) { (self.from, self.to) = (from, to) }
    }

    public var nodes: [Node]
    public var links: [Link]

    /// Creates a network.
    public init(nodes: [Node], links: [Link]) { (self.nodes, self.links) = (nodes, links) }

    /// Adds layers one below the other in a column, each fed by the one before.
    ///
    /// - Parameters:
    ///   - chain: The layers; their cells are set.
    ///   - column: Where they stand.
    ///   - row: Where the first stands.
    ///   - sources: The indices of the nodes that feed the first.
    /// - Returns: The index of the last.
    @discardableResult
    public mutating func append(
      _ chain: [Node], column: Int = 0, row: Int = 0, fedBy sources: [Int] = []
    ) -> Int {
      var sources = sources
      for (offset, node) in chain.enumerated() {
        var node = node
        (node.column, node.row) = (column, row + offset)
        nodes.append(node)
        links += sources.map { Link(from: $0, to: nodes.count - 1) }
        sources = [nodes.count - 1]
      }
      return nodes.count - 1
    }
  }
}
