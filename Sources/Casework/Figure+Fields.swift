extension Figure {
  /// Items as lines across axes that stand beside each other, such as runs across their settings
  /// and a metric.
  public struct Parallel: Hashable, Codable, Sendable {
    /// One of the axes.
    public struct Dimension: Hashable, Codable, Sendable {
      public var axis: Axis
      /// The names of the places of an axis of names; the numbers on it are their indices.
      public var names: [String]?

      /// Creates an axis.
      public init(_ axis: Axis, names: [String]? = nil) { (self.axis, self.names) = (axis, names) }
    }

    /// A line.
    public struct Item: Hashable, Codable, Sendable {
      public var name: String
      /// One for each axis; what is not a number leaves a gap.
      public var values: [Double]

      /// Creates a line.
      public init(_ name: String, values: [Double]) { (self.name, self.values) = (name, values) }
    }

    /// The last one also gives the colours.
    public var dimensions: [Dimension]
    public var items: [Item]

    /// Creates a figure's content.
    public init(dimensions: [Dimension], items: [Item]) {
      (self.dimensions, self.items) = (dimensions, items)
    }
  }

  /// Counts in the cells of a plane, such as a Dalitz plot.
  public struct Density: Hashable, Codable, Sendable {
    public var x: Axis
    public var y: Axis
    /// What is counted, with its unit.
    public var label: String
    /// One more than there are columns and rows, ascending.
    public var xEdges: [Double]
    public var yEdges: [Double]
    /// Row by row from the lowest; what is not above zero is left empty.
    public var counts: [Double]
    /// A line around the region where anything can be, such as the kinematic boundary.
    public var outline: Series?

    /// Creates a figure's content.
    public init(
      x: Axis, y: Axis, label: String, xEdges: [Double], yEdges: [Double], counts: [Double],
      outline: Series? = nil
    ) {
      (self.x, self.y, self.label, self.outline) = (x, y, label, outline)
      (self.xEdges, self.yEdges, self.counts) = (xEdges, yEdges, counts)
    }

    /// Counts points.
    public init(
      x: Axis, y: Axis, label: String, xEdges: [Double], yEdges: [Double],
      points: [(x: Double, y: Double)], outline: Series? = nil
    ) {
      let (columns, rows) = (max(0, xEdges.count - 1), max(0, yEdges.count - 1))
      var counts = [Double](repeating: 0, count: columns * rows)
      for point in points {
        guard let column = xEdges.dropLast().lastIndex(where: { $0 <= point.x }),
          let row = yEdges.dropLast().lastIndex(where: { $0 <= point.y }),
          point.x <= xEdges[columns], point.y <= yEdges[rows]
        else { continue }
        counts[row * columns + column] += 1
      }
      self.init(
        x: x, y: y, label: label, xEdges: xEdges, yEdges: yEdges, counts: counts,
        outline: outline)
    }
  }

  /// Grey pictures of one size with regions drawn on them, such as what was found and what is true.
  public struct Overlay: Hashable, Codable, Sendable {
    /// A picture and its regions.
    public struct Tile: Hashable, Codable, Sendable {
      public var label: String
      /// Row-major, from 0 (black) to 1 (white).
      public var pixels: [Double]
      /// For each region, which pixels belong to it: those above one half.
      public var regions: [[Double]]

      /// Creates a picture.
      public init(_ label: String, pixels: [Double], regions: [[Double]]) {
        (self.label, self.pixels, self.regions) = (label, pixels, regions)
      }
    }
    public var width: Int
    public var height: Int
    public var columns: Int
    /// What the regions are, in their order.
    public var names: [String]
    public var tiles: [Tile]

    /// Creates a figure's content.
    public init(width: Int, height: Int, columns: Int, names: [String], tiles: [Tile]) {
      (self.width, self.height, self.columns) = (width, height, columns)
      (self.names, self.tiles) = (names, tiles)
    }
  }
}
