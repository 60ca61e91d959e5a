public import Tensors

/// A small convolutional network for images of one channel: two convolutions of 16 and 32 filters, each
/// with pooling, and a dense layer of 64 are the features, one dense layer the head.
public struct ConvolutionalClassifier: Layer {
  /// From images to 64 numbers.
  public var features: Sequential
  /// From these to a logit for each class.
  public var head: Dense

  public static var parts: [Part<Self>] {
    [.module("features", \.features), .module("head", \.head)]
  }

  /// Creates the network.
  ///
  /// - Parameters:
  ///   - width: Of an image in pixels, 4 or more.
  ///   - height: Of an image in pixels, 4 or more.
  ///   - classes: The number of logits.
  ///   - weights: What the weights are drawn from.
  public init(
    width: Int, height: Int, classes: Int, using weights: inout some RandomNumberGenerator
  ) {
    features = Self.features(channels: 1, width: width, height: height, using: &weights)
    head = Dense(64, classes, using: &weights)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    head(features(input, in: phase), in: phase)
  }

  /// Returns the layers from images to 64 numbers, which other networks have too.
  ///
  /// - Parameters:
  ///   - channels: Of an image.
  ///   - width: Of an image in pixels.
  ///   - height: Of an image in pixels.
  ///   - weights: What the weights are drawn from.
  ///   - end: Layers that follow.
  /// - Returns: The layers.
  public static func features(
    channels: Int, width: Int, height: Int, using weights: inout some RandomNumberGenerator,
    then end: any Layer...
  ) -> Sequential {
    let same = Window(padding: 1)
    return Sequential(
      [
        Convolution(channels, 16, kernel: 3, window: same, activation: .relu, using: &weights),
        MaxPooling(2),
        Convolution(16, 32, kernel: 3, window: same, activation: .relu, using: &weights),
        MaxPooling(2), Flatten(),
        Dense(32 * (width / 4) * (height / 4), 64, activation: .relu, using: &weights),
      ] + end)
  }
}
