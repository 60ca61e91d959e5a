public import Learning
public import Randomness
public import Tensors

/// Two layers of dense networks on edges (Qu and Gouskos,
/// [arXiv:1902.08570](https://arxiv.org/abs/1902.08570)), with the mean over neighbours and then
/// over particles, and a number for each jet.
public struct JetGraphNetwork: Module {
  public var first, second: EdgeConvolution
  public var output: Dense

  public static var parts: [Part<Self>] {
    [.module("first", \.first), .module("second", \.second), .module("output", \.output)]
  }

  /// Creates the network.
  public init(
    features: Int = 8, widths: (Int, Int) = (32, 64), activation: Activation = .relu,
    using randomness: inout RandomStream
  ) {
    first = EdgeConvolution(features, widths.0, activation: activation, using: &randomness)
    second = EdgeConvolution(widths.0, widths.1, activation: activation, using: &randomness)
    output = Dense(widths.1, 1, using: &randomness)
  }

  /// Returns one number for each jet.
  ///
  /// - Parameters:
  ///   - jets: The scalars of their particles, `[jets, particles, features]`.
  ///   - neighbours: For each particle of each jet as many rows of other particles.
  /// - Returns: Of shape `[jets, 1]`.
  public func callAsFunction(_ jets: Tensor, neighbours: [Int]) -> Tensor {
    let (count, particles) = (jets.shape[0], jets.shape[1])
    let nodes = first(jets.reshaped(to: [count * particles, jets.shape[2]]), neighbours)
    let messages = second(nodes, neighbours)
    return output(
      messages.reshaped(to: [count, particles, messages.shape[1]]).mean(along: 1))
  }
}

/// The mean over a node's neighbours of a network of the node and what each neighbour adds to it.
public struct EdgeConvolution: Module {
  public var hidden, output: Dense

  public static var parts: [Part<Self>] {
    [.module("hidden", \.hidden), .module("output", \.output)]
  }

  init(
    _ inputs: Int, _ outputs: Int, activation: Activation, using randomness: inout RandomStream
  ) {
    hidden = Dense(2 * inputs, outputs, activation: activation, using: &randomness)
    output = Dense(outputs, outputs, activation: activation, using: &randomness)
  }

  func callAsFunction(_ nodes: Tensor, _ neighbours: [Int]) -> Tensor {
    let (count, width) = (nodes.shape[0], nodes.shape[1])
    let each = neighbours.count / count
    let centres = nodes.reshaped(to: [count, 1, width]).broadcast(to: [count, each, width])
      .reshaped(to: [count * each, width])
    let edges = Tensor.concatenated([centres, nodes.rows(neighbours) - centres], along: 1)
    let messages = output(hidden(edges))
    return messages.reshaped(to: [count, each, messages.shape[1]]).mean(along: 1)
  }
}
