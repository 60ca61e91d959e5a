public import Learning
public import Randomness
public import Tensors

/// A convolutional variational autoencoder of images of 28×28 with two hidden variables.
public struct VariationalAutoencoder: Module {
  private var first, second: Convolution
  private var hidden, mean, logVariance, expander: Dense
  private var third, fourth, output: TransposedConvolution

  public static var parts: [Part<Self>] {
    [
      .module("first", \.first), .module("second", \.second), .module("hidden", \.hidden),
      .module("mean", \.mean), .module("logVariance", \.logVariance),
      .module("expander", \.expander), .module("third", \.third), .module("fourth", \.fourth),
      .module("output", \.output),
    ]
  }
  public static var dependsOnPhase: Bool { true }

  /// Creates the model.
  public init(using randomness: inout RandomStream) {
    let half = Window(stride: 2, padding: 1)
    first = Convolution(1, 32, kernel: 3, window: half, activation: .relu, using: &randomness)
    second = Convolution(32, 64, kernel: 3, window: half, activation: .relu, using: &randomness)
    hidden = Dense(3136, 16, activation: .relu, using: &randomness)
    mean = Dense(16, 2, using: &randomness)
    logVariance = Dense(16, 2, using: &randomness)
    expander = Dense(2, 3136, activation: .relu, using: &randomness)
    third = TransposedConvolution(
      64, 64, kernel: 3, window: half, outputPadding: 1, activation: .relu, using: &randomness)
    fourth = TransposedConvolution(
      64, 32, kernel: 3, window: half, outputPadding: 1, activation: .relu, using: &randomness)
    output = TransposedConvolution(
      32, 1, kernel: 3, window: Window(padding: 1), using: &randomness)
  }

  /// Returns minus the evidence lower bound of images, per image.
  public func loss(of images: Tensor, in phase: Phase) -> Tensor {
    let batch = images.shape[0]
    let code = hidden(second(first(images)).reshaped(to: [batch, 3136]))
    let (mean, logVariance) = (mean(code), logVariance(code))
    var latent = mean
    if case .training(var stream) = phase {
      latent = mean + Tensor.normal(shape: mean.shape, using: &stream) * exp(logVariance * 0.5)
    }
    let drawn = expander(latent).reshaped(to: [batch, 64, 7, 7])
    let logits = output(fourth(third(drawn)))
    let pixels = Tensor(Scalar(images.shape.count / batch))
    let divergence = (exp(logVariance) + mean * mean - 1 - logVariance).sum() * 0.5
    return sigmoidCrossEntropy(logits, images) * pixels + divergence / Tensor(Scalar(batch))
  }
}
