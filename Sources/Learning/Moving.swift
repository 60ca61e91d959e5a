import Synchronization
public import Tensors
import func Kernels.require

/// A tensor that the forward pass moves in training, such as the running mean of batch
/// normalisation.
///
/// A layer is a value and is called without being changed: what it records here goes with the
/// gradient of the step, and the optimizer's update stores it with the parameters. A model that is
/// called outside ``valueWithGradient(at:of:)`` therefore stays as it is, in whichever phase.
public struct Moving: Sendable {
  /// The value, which training alone moves.
  public internal(set) var value: Tensor
  private var record: Record?

  /// Creates a state.
  public init(_ value: Tensor) { self.value = value }

  /// Records the next value.
  ///
  /// - Parameter change: Returns it from the last; called once for each time that a step calls the
  ///   layer.
  public func move(_ change: (Tensor) -> Tensor) { record?.move(change) }

  /// Starts to keep what is recorded; the copies of the state made from now on share it.
  mutating func startRecord() -> Record {
    let started = Record(from: value)
    record = started
    return started
  }

  /// What one step made of the state.
  final class Record: Sendable {
    private let start: Tensor
    private let state = Mutex<Tensor?>(nil)

    init(from start: Tensor) { self.start = start }

    var latest: Tensor? { state.withLock { $0 } }

    func move(_ change: (Tensor) -> Tensor) {
      let next = change(latest ?? start).detached()
      require(
        next.shape == start.shape, "a state of shape \(start.shape) moves to \(next.shape)")
      state.withLock { $0 = next }
    }
  }
}
