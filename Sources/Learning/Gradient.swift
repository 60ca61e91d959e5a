import class Kernels.Storage
public import Tensors
import func Kernels.require

/// What a step changes: the gradient of a loss with respect to the parameters of a `Model`, in the
/// order of its parts, and the ``Moving`` states that the loss moved.
public struct Gradient<Model: Module>: Sendable {
  /// One tensor for each parameter.
  public internal(set) var tensors: [Tensor]
  /// For each ``Moving`` state its new value, or `nil` where it did not move; empty if none did.
  let moved: [Tensor?]
}

/// Returns a loss and its gradient with respect to the parameters of the model.
///
/// ```swift
/// let (loss, gradient) = valueWithGradient(at: model) { model in
///   meanSquaredError(model(inputs), targets)
/// }
/// optimizer.update(&model, along: gradient)
/// ```
///
/// - Precondition: The loss is a single scalar.
public func valueWithGradient<Model: Module>(
  at model: Model, of loss: (Model) throws -> Tensor
) rethrows -> (value: Scalar, gradient: Gradient<Model>) {
  var tracked = model
  var variables: [Tensor] = []
  let log = OperationLog.active
  log?.startStep()
  tracked.visitParameters(naming: log != nil) { name, tensor in
    tensor = tensor.asVariable()
    log?.note(tensor, of: layer(ofParameter: name))
    variables.append(tensor)
  }
  var records: [Moving.Record] = []
  tracked.visitMoving { records.append($0.startRecord()) }
  let value = try loss(tracked)
  require(value.shape.count == 1, "a loss is a single scalar, not of shape \(value.shape)")
  return (
    value.scalar,
    Gradient(
      tensors: gradients(of: value, at: variables), moved: records.map(\.latest))
  )
}

/// Returns the name of the layer of a parameter: `layers.0` of `layers.0.weight`.
func layer(ofParameter name: String) -> String {
  name.lastIndex(of: ".").map { String(name[..<$0]) } ?? "model"
}

extension Module {
  /// Changes the model along a gradient: each parameter by `body`, each moving state to its new
  /// value.
  ///
  /// - Parameters:
  ///   - gradient: What to move along.
  ///   - naming: Whether `body` is told names.
  ///   - body: Changes the scalars of the parameter of that name and index in place; they are in the
  ///     layout of its gradient, the last argument.
  mutating func move(
    along gradient: Gradient<Self>, naming: Bool,
    _ body: (_ name: String, _ index: Int, _ parameter: Storage, _ slope: Storage) -> Void
  ) {
    var index = 0
    visitParameters(naming: naming) { name, tensor in
      let slope = gradient.tensors[index].storage
      tensor.withOwnStorage(like: slope) { body(name, index, $0, slope) }
      index += 1
    }
    moveStates(along: gradient)
  }

  /// Gives each moving state its new value, and leaves the parameters alone.
  mutating func moveStates(along gradient: Gradient<Self>) {
    var moved = gradient.moved.makeIterator()
    visitMoving { state in
      if let value = moved.next() ?? nil { state.value = value }
    }
  }
}
