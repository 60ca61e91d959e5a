public import Randomness

/// Whether a layer computes to be trained or to be used, which some layers tell apart.
///
/// A phase is an argument, never a mode that is set somewhere: the same model can be trained in one
/// place and used in another at the same time. Training carries the stream that a layer draws from;
/// a layer with layers inside gives each its own, so that none depends on what another draws:
///
/// ```swift
/// func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
///   output(dropout(hidden(input, in: phase.split("hidden")), in: phase.split("dropout")))
/// }
/// ```
public enum Phase: Sendable {
  /// The model is used: nothing is drawn.
  case inference
  /// The model is trained: what is drawn comes from the stream.
  case training(RandomStream)

  /// Returns the phase for a part of this name.
  public func split(_ name: String) -> Phase {
    switch self {
    case .inference: .inference
    case .training(let stream): .training(stream.split(name))
    }
  }

  /// Returns the phase for the part of this number.
  public func split(_ number: Int) -> Phase {
    switch self {
    case .inference: .inference
    case .training(let stream): .training(stream.split(number))
    }
  }
}
