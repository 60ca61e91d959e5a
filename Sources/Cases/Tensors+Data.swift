import Datasets
import Tensors

extension Digits {
  /// The pictures as rows, `[count, width * height]`.
  var tensor: Tensor { Tensor(pixels.map { Scalar($0) }, shape: [count, width * height]) }
}

extension [Int] {
  /// Labels or other whole numbers, `[count]`.
  var tensor: Tensor { Tensor(map { Scalar($0) }, shape: [count]) }
}

extension [[Double]] {
  /// Rows of one length, `[count, length]`.
  var tensor: Tensor {
    Tensor(joined().map { Scalar($0) }, shape: [count, first?.count ?? 0])
  }
}

extension Tensor {
  /// For each row of a matrix, the column of the greatest scalar, the first of equals.
  var rowArgMax: [Int] {
    let (scalars, width) = (self.scalars, shape[1])
    return (0..<shape[0]).map { row in
      (1..<width).reduce(0) { best, column in
        scalars[row * width + column] > scalars[row * width + best] ? column : best
      }
    }
  }
}
