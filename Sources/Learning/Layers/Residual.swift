public import Tensors

/// What a layer makes of its input, added to the input (He and others,
/// [arXiv:1512.03385](https://arxiv.org/abs/1512.03385)).
public struct Residual<Body: Layer>: Layer {
  /// What computes the difference; its output is of the shape of its input.
  public var body: Body

  public static var parts: [Part<Self>] { [.module("body", \.body)] }

  /// Creates a layer from what computes the difference.
  public init(_ body: Body) { self.body = body }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    input + body(input, in: phase)
  }
}

/// The input, and after it along the channels what a layer makes of it (Ronneberger and others,
/// [arXiv:1505.04597](https://arxiv.org/abs/1505.04597)).
public struct Skip<Body: Layer>: Layer {
  /// What is skipped; its output differs from its input in the number of channels alone.
  public var body: Body

  public static var parts: [Part<Self>] { [.module("body", \.body)] }

  /// Creates a layer from what is skipped.
  public init(_ body: Body) { self.body = body }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    .concatenated([input, body(input, in: phase)], along: 1)
  }
}
