public import Learning
public import Randomness
public import Tensors

/// LSTM(50) over sequences of 8 scalars a step, and one number from its last hidden scalars.
public struct SequenceRegressor: Layer {
  public var recurrent: LSTM
  public var output: Dense

  public static var parts: [Part<Self>] {
    [.module("recurrent", \.recurrent), .module("output", \.output)]
  }

  /// Creates the model.
  public init(
    inputs: Int = 8, hidden: Int = 50, using randomness: inout RandomStream
  ) {
    recurrent = LSTM(inputs, hidden, using: &randomness)
    output = Dense(hidden, 1, using: &randomness)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    output(recurrent(input, in: phase.split("recurrent")), in: phase)
  }
}

/// Tokens of 8 scalars through encoder layers of width 64, and one number from their mean.
public struct TransformerRegressor: Layer {
  public var embedding: Dense
  public var layers: [TransformerEncoderLayer]
  public var output: Dense

  public static var parts: [Part<Self>] {
    [.module("embedding", \.embedding), .modules("layers", \.layers), .module("output", \.output)]
  }

  /// Creates the model.
  public init(
    inputs: Int = 8, width: Int = 64, heads: Int = 4, hidden: Int = 256, depth: Int = 4,
    activation: Activation = .relu, using randomness: inout RandomStream
  ) {
    embedding = Dense(inputs, width, using: &randomness)
    layers = (0..<depth).map { _ in
      TransformerEncoderLayer(
        width, heads: heads, hidden: hidden, activation: activation, using: &randomness)
    }
    output = Dense(width, 1, using: &randomness)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    let tokens = layers.enumerated().reduce(embedding(input, in: phase)) { tokens, layer in
      layer.element(tokens, in: phase.split(layer.offset))
    }
    return output(tokens.mean(along: 1), in: phase)
  }
}
