public import Tensors
import func Kernels.require

/// What a loss is computed on at once.
public protocol Countable {
  /// The number of examples, by which the mean loss of an epoch is weighted.
  var exampleCount: Int { get }
}

extension Tensor: Countable {
  /// The extent along the first axis.
  public var exampleCount: Int { shape.rank == 0 ? 1 : shape[0] }
}

/// What a model is fitted to: batches, epoch after epoch.
///
/// What an epoch holds depends on its index alone, so that a training that stopped in the middle of
/// it goes on with the batches that were left.
public protocol BatchSource<Element> {
  associatedtype Element: Countable
  associatedtype Epoch: Sequence<Element>

  /// Returns the batches of an epoch, counted from 0, in their order.
  func epoch(_ index: Int) -> Epoch
}

extension Array: BatchSource where Element: Countable {
  /// The same batches in every epoch.
  public func epoch(_ index: Int) -> [Element] { self }
}

/// Some of the examples with what a model is to make of them.
public struct Batch: Countable, Sendable {
  /// What the model is given.
  public let input: Tensor
  /// What it should answer.
  public let target: Tensor
  /// Which of the examples these are.
  public let indices: ArraySlice<Int>

  /// Creates a batch of inputs and targets with as many rows as there are indices.
  public init(input: Tensor, target: Tensor, indices: ArraySlice<Int>) {
    require(
      input.exampleCount == indices.count && target.exampleCount == indices.count,
      "\(indices.count) examples do not meet shapes \(input.shape) and \(target.shape)")
    (self.input, self.target, self.indices) = (input, target, indices)
  }

  public var exampleCount: Int { indices.count }
}
