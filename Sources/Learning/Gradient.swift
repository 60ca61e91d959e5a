public import Tensors

/// The gradient of a loss with respect to the parameters of a `Model`, in the order of its parts.
public struct Gradient<Model: Module>: Sendable {
  /// One tensor for each parameter.
  public let tensors: [Tensor]
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
  tracked.visitParameters { _, tensor in
    tensor = tensor.asVariable()
    variables.append(tensor)
  }
  let value = try loss(tracked)
  precondition(value.shape.count == 1, "a loss is a single scalar, not of shape \(value.shape)")
  return (value.scalar, Gradient(tensors: gradients(of: value, at: variables)))
}
