public import Tensors

/// An autoencoder of one layer each way, such as 128-32-128.
public struct DenseAutoencoder: Layer {
  public var encoder, decoder: Dense

  public static var parts: [Part<Self>] {
    [.module("encoder", \.encoder), .module("decoder", \.decoder)]
  }

  /// Creates the network.
  ///
  /// - Parameters:
  ///   - width: The numbers of an example.
  ///   - code: The numbers of the code.
  ///   - activation: Of the code.
  ///   - output: Of the reconstruction.
  ///   - weights: What the weights are drawn from.
  public init(
    _ width: Int, code: Int, activation: Activation, output: Activation = .identity,
    using weights: inout some RandomNumberGenerator
  ) {
    encoder = Dense(width, code, activation: activation, using: &weights)
    decoder = Dense(code, width, activation: output, using: &weights)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor { decoder(encoder(input)) }

  /// Returns the mean squared error of each of some rows.
  public func errors(of rows: [[Double]]) -> [Double] {
    let inputs = Tensor(
      rows.joined().map { Scalar($0) }, shape: [rows.count, rows.first?.count ?? 0])
    return meanSquaredErrors(of: rows, restored: predictions(for: inputs, batchSize: 4096))
  }

  /// Sets the weights to principal components, shifted so that no example meets the rectifier's zero:
  /// the optimum of a linear network, from which training goes on.
  ///
  /// - Parameters:
  ///   - components: At least as many as the code has numbers.
  ///   - rows: The training examples.
  public mutating func start(from components: PrincipalComponents, _ rows: [[Double]]) {
    let code = encoder.bias.shape.count
    let directions = components.directions.prefix(code).map { $0 }
    let places = rows.map { row in
      directions.map { direction in
        zip(zip(row, components.mean), direction).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
      }
    }
    let shifts = (0..<code).map { index in 1.5 * places.reduce(0) { max($0, -$1[index]) } }
    let offsets = zip(directions, shifts).map { direction, shift in
      shift - zip(direction, components.mean).reduce(0) { $0 + $1.0 * $1.1 }
    }
    decoder.weight = Tensor(
      directions.joined().map { Scalar($0) }, shape: [code, components.mean.count])
    encoder.weight = decoder.weight.transposed()
    encoder.bias = Tensor(offsets.map { Scalar($0) }, shape: [code])
    decoder.bias = Tensor(
      components.mean.indices.map { column in
        Scalar(
          components.mean[column]
            - zip(directions, shifts).reduce(0) { $0 + $1.0[column] * $1.1 })
      }, shape: [components.mean.count])
  }
}
