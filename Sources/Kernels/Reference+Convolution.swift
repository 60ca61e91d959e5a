extension Reference {
  package static func convolution(
    _ x: [Double], weight: [Double], bias: [Double]?, _ problem: ConvolutionProblem,
    activation: Nonlinearity
  ) -> [Double] {
    let pixels = problem.axes.positions
    var y = [Double](repeating: 0, count: problem.batch * problem.outputs * pixels)
    if let bias { for index in y.indices { y[index] = bias[index / pixels % problem.outputs] } }
    problem.forEachProduct { y[$2] += x[$0] * weight[$1] }
    return y.map { value(activation, $0) }
  }

  package static func convolutionInput(
    _ y: [Double], weight: [Double], _ problem: ConvolutionProblem
  ) -> [Double] {
    var x = [Double](repeating: 0, count: problem.inputExtents.reduce(1, *))
    problem.forEachProduct { x[$0] += y[$2] * weight[$1] }
    return x
  }

  package static func convolutionWeight(
    _ x: [Double], output y: [Double], _ problem: ConvolutionProblem
  ) -> [Double] {
    var weight = [Double](repeating: 0, count: problem.weightExtents.reduce(1, *))
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

/// Where a kernel at a position of the output meets the input: all are offsets in row-major order.
struct Meeting {
  var position, tap, pixel: Int
}

extension [SlidingAxis] {
  /// The number of pixels of the output.
  var positions: Int { reduce(1) { $0 * $1.positions } }
  /// The number of pixels of the input.
  var pixels: Int { reduce(1) { $0 * $1.extent } }
  /// The number of pixels of the kernel.
  var taps: Int { reduce(1) { $0 * $1.kernel } }

  /// Every meeting inside the image; those of one position stand in the order of the taps.
  var meetings: [Meeting] {
    reduce([Meeting(position: 0, tap: 0, pixel: 0)]) { outer, axis in
      outer.flatMap { meeting in
        (0..<axis.positions).flatMap { position in
          (0..<axis.kernel).compactMap { tap -> Meeting? in
            let pixel = position * axis.stride + tap * axis.dilation - axis.before
            guard (0..<axis.extent).contains(pixel) else { return nil }
            return Meeting(
              position: meeting.position * axis.positions + position,
              tap: meeting.tap * axis.kernel + tap, pixel: meeting.pixel * axis.extent + pixel)
          }
        }
      }
    }
  }
}

extension ConvolutionProblem {
  /// Calls `body` with the offsets of every input and weight whose product is part of an output.
  fileprivate func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
    let (meetings, pixels, positions, taps) = (
      axes.meetings, axes.pixels, axes.positions, axes.taps
    )
    let (inputsOfGroup, outputsOfGroup) = (inputs / groups, outputs / groups)
    for image in 0..<batch {
      for output in 0..<outputs {
        for index in 0..<inputsOfGroup {
          let input = output / outputsOfGroup * inputsOfGroup + index
          for meeting in meetings {
            body(
              (image * inputs + input) * pixels + meeting.pixel,
              (output * inputsOfGroup + index) * taps + meeting.tap,
              (image * outputs + output) * positions + meeting.position)
          }
        }
      }
    }
  }
}
