public import Tensors

/// Layers applied one after the other.
public struct Sequential: Layer {
  /// The layers, first applied first.
  public var layers: [any Layer]

  public static var parts: [Part<Self>] { [.layers("layers", \.layers)] }

  /// Creates a layer from the layers it applies.
  public init(_ layers: any Layer...) { self.layers = layers }

  /// Creates a layer from the layers it applies.
  public init(_ layers: [any Layer]) { self.layers = layers }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    layers.enumerated().reduce(input) { output, layer in
      layer.element(output, in: phase.split(layer.offset))
    }
  }
}
