public import Learning
public import Randomness
import Tensors

/// The models that tests compare with PyTorch step by step and that the benchmark times.
public enum ReferenceModels {
  /// Returns the autoencoder 100-64-8-64-100: rectifiers, and the logistic function at the end.
  public static func autoencoder(using randomness: inout RandomStream) -> Sequential {
    Sequential(
      Dense(100, 64, activation: .relu, using: &randomness),
      Dense(64, 8, activation: .relu, using: &randomness),
      Dense(8, 64, activation: .relu, using: &randomness),
      Dense(64, 100, activation: .sigmoid, using: &randomness))
  }

  /// Returns the classifier 784-128-64-10, which ends with logits.
  public static func perceptron(using randomness: inout RandomStream) -> Sequential {
    Sequential(
      Dense(784, 128, activation: .relu, using: &randomness),
      Dense(128, 64, activation: .relu, using: &randomness),
      Dense(64, 10, using: &randomness))
  }

  /// Returns three convolutions 1-32-64-64, the last two of stride 2, and ten logits, for images of
  /// 28×28.
  public static func convolutions(using randomness: inout RandomStream) -> Sequential {
    let half = Window(stride: 2, padding: 1)
    return Sequential(
      Convolution(
        1, 32, kernel: 3, window: Window(padding: 1), activation: .relu, using: &randomness),
      Convolution(32, 64, kernel: 3, window: half, activation: .relu, using: &randomness),
      Convolution(64, 64, kernel: 3, window: half, activation: .relu, using: &randomness),
      Flatten(), Dense(64 * 7 * 7, 10, using: &randomness))
  }
}
