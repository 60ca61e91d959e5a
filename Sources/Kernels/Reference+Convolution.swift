extension Reference {
  package static func convolution(
    _ x: [Double], weight: [Double], bias: [Double]?, _ problem: ConvolutionProblem,
    activation: Nonlinearity
  ) -> [Double] {
    var y = [Double](repeating: 0, count: problem.outputCount)
    if let bias {
      for index in y.indices { y[index] = bias[index / problem.pixels % problem.outputs] }
    }
    problem.forEachProduct { y[$2] += x[$0] * weight[$1] }
    return y.map { value(activation, $0) }
  }

  package static func convolutionInput(
    _ y: [Double], weight: [Double], _ problem: ConvolutionProblem
  ) -> [Double] {
    var x = [Double](
      repeating: 0, count: problem.batch * problem.inputs * problem.height * problem.width)
    problem.forEachProduct { x[$0] += y[$2] * weight[$1] }
    return x
  }

  package static func convolutionWeight(
    _ x: [Double], output y: [Double], _ problem: ConvolutionProblem
  ) -> [Double] {
    var weight = [Double](
      repeating: 0, count: problem.outputs * problem.inputs * problem.kernel * problem.kernel)
    problem.forEachProduct { weight[$1] += x[$0] * y[$2] }
    return weight
  }

  package static func sumOfChannels(
    _ x: [Double], batch: Int, channels: Int, pixels: Int
  ) -> [Double] {
    sum(
      sum(x, Span(outer: batch * channels, middle: pixels, inner: 1)),
      Span(outer: 1, middle: batch, inner: channels))
  }
}

extension ConvolutionProblem {
  fileprivate var pixels: Int { outputHeight * outputWidth }
  fileprivate var outputCount: Int { batch * outputs * pixels }

  /// Calls `body` with the offsets of every input and weight whose product is part of an output.
  fileprivate func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
    for image in 0..<batch {
      for output in 0..<outputs {
        for row in 0..<outputHeight {
          for column in 0..<outputWidth {
            let y = ((image * outputs + output) * outputHeight + row) * outputWidth + column
            forEachTap(image, output, row, column) { body($0, $1, y) }
          }
        }
      }
    }
  }

  private func forEachTap(
    _ image: Int, _ output: Int, _ row: Int, _ column: Int, _ body: (Int, Int) -> Void
  ) {
    for input in 0..<inputs {
      for down in 0..<kernel {
        for right in 0..<kernel {
          let (y, x) = (row * stride + down - padding, column * stride + right - padding)
          guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
          body(
            ((image * inputs + input) * height + y) * width + x,
            ((output * inputs + input) * kernel + down) * kernel + right)
        }
      }
    }
  }
}
