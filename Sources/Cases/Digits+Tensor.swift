import Datasets
import Tensors

extension Digits {
  /// The pictures as rows, `[count, width * height]`.
  var tensor: Tensor {
    Tensor(pixels.map { Scalar($0) }, shape: [count, width * height])
  }
}
