import Datasets
import Randomness
import Tensors

extension Digits {
  /// The pictures as rows, `[count, width * height]`.
  var tensor: Tensor { Tensor(pixels.map { Scalar($0) }, shape: [count, width * height]) }
}

extension [GreyImage] {
  /// Pictures of one size as images of one channel, `[count, 1, height, width]`.
  var tensor: Tensor {
    let (width, height) = (first?.width ?? 0, first?.height ?? 0)
    return Tensor(
      flatMap { image in image.pixels.map { Scalar($0) } }, shape: [count, 1, height, width])
  }
}

extension Tensor {
  /// Images of one channel, `[count, 1, height, width]`, as pictures.
  var greyImages: [GreyImage] {
    let (height, width) = (shape[2], shape[3])
    let scalars = self.scalars
    return (0..<shape[0]).map { index in
      GreyImage(
        width: width, height: height,
        pixels: scalars[index * width * height..<(index + 1) * width * height].map { Float($0) })
    }
  }
}

extension Digits {
  /// The pictures as images of one channel, `[count, 1, height, width]`.
  var images: Tensor { tensor.reshaped(to: [count, 1, height, width]) }
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

extension Tensor {
  /// Standard normal numbers from a stream of their own.
  static func normal(shape: Shape, drawnFrom stream: RandomStream) -> Tensor {
    var stream = stream
    return normal(shape: shape, using: &stream)
  }
}

extension [Double] {
  /// Pieces of equal length.
  func chunked(by length: Int) -> [[Double]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<$0 + length]) }
  }
}
