public import Randomness
import func Kernels.require

/// Which examples a model is trained on, and which it is measured by: drawn before any training.
public struct ExampleSplit: Hashable, Sendable {
  /// The examples to train on.
  public let training: [Int]
  /// Those to choose settings by.
  public let validation: [Int]
  /// Those to measure the result by, once.
  public let test: [Int]

  /// Divides examples by shares.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - validation: The share of those to choose by.
  ///   - test: The share of those to measure by; the rest is trained on.
  ///   - labels: The class of each example, if each class is to be divided so (stratified).
  ///   - stream: What the order is drawn from.
  public init(
    of count: Int, validation: Double = 0, test: Double, stratifiedBy labels: [Int]? = nil,
    using stream: RandomStream
  ) {
    require(
      validation >= 0 && test >= 0 && validation + test < 1,
      "shares of \(validation) and \(test) leave nothing to train on")
    var parts: (training: [Int], validation: [Int], test: [Int]) = ([], [], [])
    for var group in groups(count, labels) {
      var stream = stream.split(group.label)
      group.examples.shuffle(using: &stream)
      let tested = Int((Double(group.examples.count) * test).rounded())
      let validated = Int((Double(group.examples.count) * validation).rounded())
      parts.test += group.examples.prefix(tested)
      parts.validation += group.examples.dropFirst(tested).prefix(validated)
      parts.training += group.examples.dropFirst(tested + validated)
    }
    (self.training, self.validation) = (parts.training.sorted(), parts.validation.sorted())
    self.test = parts.test.sorted()
  }

  /// Returns splits in each of which another part of the examples is left to test (k-fold
  /// cross-validation): every example is tested once.
  ///
  /// - Parameters:
  ///   - folds: How many parts there are, from 2 to the number of examples.
  ///   - count: The number of examples.
  ///   - labels: The class of each example, if each class is to be divided so (stratified).
  ///   - stream: What the order is drawn from.
  /// - Returns: As many splits, without examples to validate.
  public static func folds(
    _ folds: Int, of count: Int, stratifiedBy labels: [Int]? = nil, using stream: RandomStream
  ) -> [ExampleSplit] {
    require(folds >= 2 && folds <= count, "\(count) examples do not make \(folds) folds")
    var (parts, next) = ([[Int]](repeating: [], count: folds), 0)
    for var group in groups(count, labels) {
      var stream = stream.split(group.label)
      group.examples.shuffle(using: &stream)
      for example in group.examples {
        parts[next % folds].append(example)
        next += 1
      }
    }
    return parts.indices.map { index in
      let rest = parts.indices.filter { $0 != index }.flatMap { parts[$0] }
      return ExampleSplit(training: rest.sorted(), validation: [], test: parts[index].sorted())
    }
  }

  private init(training: [Int], validation: [Int], test: [Int]) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }
}

/// Returns the examples of each class, or all as one.
private func groups(_ count: Int, _ labels: [Int]?) -> [(label: Int, examples: [Int])] {
  require(count >= 0, "a number of examples is not negative, as \(count) is")
  guard let labels else { return [(0, Array(0..<count))] }
  require(labels.count == count, "\(count) examples do not meet \(labels.count) labels")
  return Dictionary(grouping: 0..<count) { labels[$0] }.sorted { $0.key < $1.key }
    .map { ($0.key, $0.value) }
}
