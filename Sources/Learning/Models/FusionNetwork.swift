public import Tensors

/// Subtracts a mean and divides by a deviation, both of the training data.
public struct Standardization: Module {
  public var mean, deviation: Tensor

  public static var parts: [Part<Self>] {
    [.constant("mean", \.mean), .constant("deviation", \.deviation)]
  }

  /// Takes mean and deviation of data: of images `[count, channels, height, width]` as a whole, of
  /// records `[count, columns]` column by column.
  public init(of data: Tensor) {
    func average(_ tensor: Tensor) -> Tensor {
      tensor.shape.rank == 4 ? tensor.mean() : tensor.mean(along: 0, keepingAxes: true)
    }
    mean = average(data)
    deviation = sqrt(average((data - mean) * (data - mean)) + 1e-12)
  }

  /// Returns data of mean 0 and deviation 1.
  public func callAsFunction(_ input: Tensor) -> Tensor { (input - mean) / deviation }
}

/// A network that decides on several kinds of data: with an extractor for each kind and a decision on
/// their features side by side (joint fusion, or a single kind), or with one extractor for all of them as
/// channels or columns (early fusion).
public struct FusionNetwork: Module {
  public var extractors: [Sequential]
  public var decision: Sequential
  private let kinds: [Int]
  private let isEarly: Bool
  /// Of training data: a number for images, one for each column of a record.
  private var scalings: [Standardization]

  public static var parts: [Part<Self>] {
    [
      .modules("extractors", \.extractors), .module("decision", \.decision),
      .modules("scalings", \.scalings),
    ]
  }

  /// Creates a network.
  ///
  /// - Parameters:
  ///   - data: The training data of every kind: images `[count, 1, height, width]`, records
  ///     `[count, columns]`.
  ///   - kinds: The indices of those that are used.
  ///   - isEarly: Whether they are one input.
  ///   - weights: What the weights are drawn from.
  public init(
    of data: [Tensor], kinds: [Int], isEarly: Bool, using weights: inout some RandomNumberGenerator
  ) {
    (self.kinds, self.isEarly) = (kinds, isEarly)
    let data = kinds.map { data[$0] }
    scalings = data.map(Standardization.init)
    if isEarly {
      let images = data.first { $0.shape.rank == 4 }
      let columns = data.filter { $0.shape.rank == 2 }.reduce(0) { $0 + $1.shape[1] }
      extractors = [
        images.map { Self.image(channels: 1 + columns, $0.shape, &weights) }
          ?? Self.record(columns, &weights)
      ]
    } else {
      extractors = data.map {
        $0.shape.rank == 4
          ? Self.image(channels: 1, $0.shape, &weights) : Self.record($0.shape[1], &weights)
      }
    }
    let features = (isEarly ? [data[0]] : data).reduce(0) { $0 + ($1.shape.rank == 4 ? 64 : 8) }
    decision =
      extractors.count == 1
      ? Sequential(Dense(features, 1, using: &weights))
      : Sequential(
        Dense(features, 16, activation: .relu, using: &weights), Dense(16, 1, using: &weights))
  }

  private static func image(
    channels: Int, _ shape: Shape, _ weights: inout some RandomNumberGenerator
  ) -> Sequential {
    ConvolutionalClassifier.features(
      channels: channels, width: shape[3], height: shape[2], using: &weights, then: Dropout(0.3))
  }

  private static func record(_ columns: Int, _ weights: inout some RandomNumberGenerator)
    -> Sequential
  {
    Sequential(
      Dense(columns, 16, activation: .relu, using: &weights),
      Dense(16, 8, activation: .relu, using: &weights))
  }

  /// Returns one logit for each example, from all kinds.
  public func callAsFunction(_ all: [Tensor], in phase: Phase) -> Tensor {
    var inputs = kinds.enumerated().map { scalings[$0](all[$1]) }
    if isEarly, let image = inputs.first(where: { $0.shape.rank == 4 }) {
      // A column of a record is a picture of one grey level.
      let shape = image.shape
      inputs = [
        .concatenated(
          inputs.map { input in
            input.shape.rank == 4
              ? input
              : input.reshaped(to: [shape[0], input.shape[1], 1, 1])
                .broadcast(to: [shape[0], input.shape[1], shape[2], shape[3]])
          }, along: 1)
      ]
    } else if isEarly {
      inputs = [.concatenated(inputs, along: 1)]
    }
    let features = zip(extractors, inputs).enumerated().map { index, pair in
      pair.0(pair.1, in: phase.split(index))
    }
    return decision(features.count == 1 ? features[0] : .concatenated(features, along: 1))
  }
}
