import Casework
import Foundation
import Learning
import Tensors

extension Session {
  /// Keeps a network as a table (`network.txt`, as Keras prints it) and as a figure of its layers one
  /// below the other.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - input: One example such as it is given.
  /// - Throws: What keeps a file from being written.
  func network(of model: some Layer, for input: Tensor) throws {
    var network = Figure.Network(nodes: [], links: [])
    network.append([.input(input)] + model.nodes(for: input))
    try self.network(network, summary: model.summary(for: input))
  }

  /// Keeps a network that is no chain of layers.
  func network(_ network: Figure.Network, summary: String) throws {
    try artifact("network.txt", Data(summary.utf8), mediaType: "text/plain")
    try figure(
      Figure(
        name: "network", title: "The network, layer by layer",
        caption:
          "Each box is a layer with the shape of what it puts out for one example (channels × "
          + "height × width, or numbers) and the parameters that are learned in it.",
        content: .network(network)))
  }
}

extension Figure.Network.Node {
  /// What goes in.
  static func input(_ tensor: Tensor, _ name: String = "input") -> Self {
    Self(name, output: tensor.shape.perExample)
  }
}

extension Layer {
  /// The layers as boxes; those whose output is not known are left out.
  func nodes(for input: Tensor) -> [Figure.Network.Node] {
    layers(for: input).compactMap { layer in
      guard let output = layer.output else { return nil }
      let kernel = layer.weights.first.flatMap { weight in
        weight.rank > 2
          ? weight.extents.dropFirst(2).map(String.init).joined(separator: " × ") : nil
      }
      return Figure.Network.Node(
        kernel.map { "\(layer.type) \($0)" } ?? layer.type, output: output.perExample,
        parameters: layer.parameterCount)
    }
  }
}

extension DenseVAE {
  /// The network with the draw of the code between its halves.
  func network(for images: Tensor) -> Figure.Network {
    var network = Figure.Network(nodes: [], links: [])
    let features = encoder(images)
    let code = mean(features)
    let hidden = network.append([.input(images, "image")] + encoder.nodes(for: images))
    let means = network.append(
      mean.nodes(for: features).map { $0.named("mean of the code") }, row: 2, fedBy: [hidden])
    let spreads = network.append(
      logVariance.nodes(for: features).map { $0.named("logarithm of its variance") }, column: 1,
      row: 2, fedBy: [hidden])
    network.append(
      [.input(code, "code: one draw")] + decoder.nodes(for: code), row: 3,
      fedBy: [means, spreads])
    return network
  }
}

extension FusionNetwork {
  /// A column of layers for each kind of data, and the decision on all of them.
  func network(for kinds: [Tensor], names: [String]) -> Figure.Network {
    var network = Figure.Network(nodes: [], links: [])
    let ends = extractors.indices.map { index in
      network.append(
        [.input(kinds[index], names[index])] + extractors[index].nodes(for: kinds[index]),
        column: index)
    }
    let features = zip(extractors, kinds).map { $0($1) }
    let joined = features.count == 1 ? features[0] : .concatenated(features, along: 1)
    network.append(
      [.input(joined, "side by side")] + decision.nodes(for: joined),
      row: ends.map { network.nodes[$0].row + 1 }.max() ?? 0, fedBy: ends)
    return network
  }
}

extension ResidualUNet {
  /// The blocks in the form of a U.
  func network(for images: Tensor) -> Figure.Network {
    let all = layers(for: images)
    func block(_ prefix: String, _ name: String) -> Figure.Network.Node {
      let parts = all.filter { $0.name == prefix || $0.name.hasPrefix(prefix + ".") }
      return Figure.Network.Node(
        name, output: parts.last { $0.output?.rank == 4 }?.output?.perExample ?? "",
        parameters: parts.reduce(0) { $0 + $1.parameterCount })
    }
    let down = (0..<5).map { block("contraction.\($0)", $0 == 0 ? "block" : "block, half size") }
    let up = (0..<5).map { block("expansion.\($0)", $0 == 0 ? "block" : "block, twice the size") }
    var network = Figure.Network(nodes: [], links: [])
    network.append([.input(images, "film")] + down)
    let bottom = network.append([block("bottleneck", "bottleneck")], column: 1, row: 6, fedBy: [5])
    var before = bottom
    for (level, node) in (up + [block("output", "Convolution 1 × 1")]).enumerated() {
      // What the contraction had at this size stands beside what comes from below.
      before = network.append(
        [node], column: 2, row: 5 - level, fedBy: level < 5 ? [before, 5 - level] : [before])
    }
    return network
  }
}

extension Figure.Network.Node {
  fileprivate func named(_ name: String) -> Self {
    var copy = self
    copy.name = name
    return copy
  }
}

extension Shape {
  /// The extents of one example.
  fileprivate var perExample: String {
    extents.count < 2 ? "1" : extents.dropFirst().map(String.init).joined(separator: " × ")
  }
}
