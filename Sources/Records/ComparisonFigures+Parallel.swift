public import Casework

extension ComparisonFigures {
  private static var mostLines: Int { 500 }

  /// Returns the groups as lines across the settings in which they differ and the mean of a metric.
  ///
  /// - Parameter metric: A metric.
  /// - Returns: The figure, or `nil` if the groups differ in no setting or none has the metric.
  public func parallel(by metric: Metric) -> Figure? {
    let settings = comparison.differing
    let items = zip(comparison.groups, names).compactMap { group, name in
      group.statistics[metric.name].map { (group: group, name: name, mean: $0.mean) }
    }
    guard !settings.isEmpty, items.count > 1 else { return nil }
    let dimensions = settings.map { name in
      Self.dimension(name, items.map { $0.group.settings[name] ?? .null })
    }
    let unit = metric.unit.map { " (\($0))" } ?? ""
    let lines = items.prefix(Self.mostLines).enumerated().map { index, item in
      Figure.Parallel.Item(
        "\(item.name): \(metric.name) \(item.mean)",
        values: dimensions.map { $0.values[index] } + [item.mean])
    }
    let last = Figure.Parallel.Dimension(Figure.Axis(metric.name + unit))
    return Figure(
      name: "parallel-\(metric.name)", title: "\(metric.name) across settings",
      caption: "A line for each group of runs that differ only in their seed; its colour is the "
        + "group's mean of \(metric.name), the last axis (better: \(metric.better.rawValue)).",
      content: .parallel(
        Figure.Parallel(dimensions: dimensions.map(\.axis) + [last], items: lines)))
  }

  /// An axis for a setting and the place of each value on it: numbers by their size, all else by
  /// name.
  private static func dimension(
    _ name: String, _ values: [JSONValue]
  ) -> (axis: Figure.Parallel.Dimension, values: [Double]) {
    let numbers = values.map { value -> Double? in
      switch value {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    }
    let known = numbers.compactMap(\.self)
    guard known.count == values.count else {
      let names = Set(values.map(\.description)).sorted()
      let places = values.map { value in
        names.firstIndex(of: value.description).map(Double.init) ?? .nan
      }
      return (Figure.Parallel.Dimension(Figure.Axis(name), names: names), places)
    }
    let isWide = (known.min() ?? 0) > 0 && (known.max() ?? 1) / (known.min() ?? 1) >= 30
    let axis = Figure.Axis(name, scale: isWide ? .logarithmic : .linear)
    return (Figure.Parallel.Dimension(axis), known)
  }
}
