public import Randomness
public import Tensors
import func Kernels.require

/// Examples in an order of their own in each epoch, a batch at a time.
///
/// Every example comes exactly once in an epoch, unless a ``Sampling`` says otherwise; the last batch
/// is smaller if the size does not divide their number, as in Keras. A batch is gathered when it is
/// asked for, or ahead of that by ``BatchSource/prefetched(_:)``.
public struct Batches: BatchSource, Sendable {
  /// Which examples an epoch holds.
  public enum Sampling: Hashable, Sendable {
    /// Each exactly once.
    case each
    /// Each once, but for those that do not fill the last batch.
    case whole
    /// As many as there are, drawn with replacement in the proportion of weights, one for each.
    case weighted([Double])

    /// As many of each class as of any other, drawn with replacement.
    ///
    /// - Parameter labels: The class of each example.
    /// - Returns: A sampling in which every class comes equally often on average.
    public static func balanced(_ labels: [Int]) -> Sampling {
      let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      return .weighted(labels.map { 1 / Double(counts[$0] ?? 1) })
    }
  }

  private let inputs: Tensor
  private let targets: Tensor?
  private let stream: RandomStream?
  private let sampling: Sampling
  private var augmentation: (@Sendable (Batch, RandomStream) -> Batch)?
  /// The number of examples in a batch.
  public let size: Int

  /// Creates batches of rows.
  ///
  /// - Parameters:
  ///   - inputs: One example for each row.
  ///   - targets: As many rows; without them, the inputs are to be restored.
  ///   - size: The number of examples in a batch.
  ///   - sampling: Which examples an epoch holds; one with weights needs a stream.
  ///   - stream: Where the order is drawn from: that of epoch `e` from its `split(e)`. Without it
  ///     the rows stay in their order.
  public init(
    of inputs: Tensor, targets: Tensor? = nil, size: Int, sampling: Sampling = .each,
    shuffledBy stream: RandomStream? = nil
  ) {
    require(size > 0, "a batch holds at least one example, not \(size)")
    require(inputs.shape.rank > 0, "a single scalar has no rows to make batches of")
    if let targets {
      require(
        targets.shape.rank > 0 && targets.shape[0] == inputs.shape[0],
        "inputs of shape \(inputs.shape) and targets of shape \(targets.shape) differ in rows")
    }
    if case .weighted(let weights) = sampling {
      require(
        weights.count == inputs.shape[0] && weights.allSatisfy { $0 >= 0 && $0.isFinite }
          && weights.contains { $0 > 0 },
        "\(inputs.shape[0]) examples need as many weights, not negative and not all 0")
      require(stream != nil, "a sampling with weights draws, and needs a stream")
    }
    (self.inputs, self.targets, self.size) = (inputs, targets, size)
    (self.sampling, self.stream) = (sampling, stream)
  }

  /// Returns batches that are changed before they are seen, such as by mirroring images.
  ///
  /// What it draws depends on epoch and batch alone, and so not on how far ahead batches are made.
  ///
  /// - Parameter change: Returns the batch as it is to be seen, of as many examples; it draws from the
  ///   stream that it is given.
  /// - Returns: The batches, with this change after those that they have.
  public func augmented(
    _ change: @escaping @Sendable (Batch, _ stream: RandomStream) -> Batch
  ) -> Batches {
    require(stream != nil, "what is changed at random needs batches that a stream shuffles")
    var copy = self
    let earlier = augmentation
    copy.augmentation = { batch, stream in
      change(earlier?(batch, stream.split("earlier")) ?? batch, stream)
    }
    return copy
  }

  /// The number of batches in an epoch.
  public var count: Int {
    sampling == .whole ? inputs.shape[0] / size : (inputs.shape[0] + size - 1) / size
  }

  /// The number of examples.
  public var exampleCount: Int { inputs.shape[0] }

  public func epoch(_ index: Int) -> some Sequence<Batch> {
    let stream = stream?.split(index)
    let order = order(stream)
    return (0..<count).lazy.map { [inputs, targets, size, augmentation] number in
      let rows = order[number * size..<min((number + 1) * size, order.count)]
      let input = inputs.rows(rows)
      let batch = Batch(input: input, target: targets?.rows(rows) ?? input, indices: rows)
      guard let augmentation, let stream else { return batch }
      return augmentation(batch, stream.split("augmentation").split(number))
    }
  }

  private func order(_ stream: RandomStream?) -> [Int] {
    let all = Array(0..<inputs.shape[0])
    guard var stream else { return all }
    guard case .weighted(let weights) = sampling else { return all.shuffled(using: &stream) }
    var sum = 0.0
    let ends = weights.map { weight -> Double in
      sum += weight
      return sum
    }
    return all.map { _ in
      let place = stream.uniform(0, sum)
      // The first example whose weights end beyond the place.
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] > place { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }
}
