import func Kernels.approach
import Tensors

/// The mean of the gradients of several batches, weighted by their examples: with it, they move a
/// model as one large batch would.
struct GradientSum: Sendable {
  private(set) var tensors: [Tensor] = []
  /// The number of batches, and of examples in them.
  private(set) var batches = 0
  private(set) var examples = 0

  init() {}

  init(tensors: [Tensor], batches: Int, examples: Int) {
    (self.tensors, self.batches, self.examples) = (tensors, batches, examples)
  }

  mutating func add<Model: Module>(_ gradient: Gradient<Model>, examples count: Int) {
    (batches, examples) = (batches + 1, examples + count)
    guard batches > 1 else {
      tensors = gradient.tensors
      return
    }
    let share = Scalar(Double(count) / Double(examples))
    for (index, slope) in gradient.tensors.enumerated() {
      let storage = slope.storage
      tensors[index].withOwnStorage(like: storage) { approach($0, storage, by: share) }
    }
  }
}
