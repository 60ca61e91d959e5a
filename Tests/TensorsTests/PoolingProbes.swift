@testable import Tensors

/// Windows with and without padding over images whose layouts are plain, blocked and padded.
let poolingProbes: [Probe] =
  [
    ("a series", [2, 3, 7], 3, Window(stride: 2, padding: 1)),
    ("images", [1, 2, 4, 5], [2, 3], nil), ("a block", [1, 16, 3, 3], 2, Window(padding: 1)),
    ("sides", [1, 1, 4, 3], 2, Window(stride: 2, padding: .same)),
    ("volumes", [1, 1, 2, 3, 4], 2, Window(stride: [1, 2, 2])),
  ].flatMap { (name: String, shape: Shape, kernel: PerAxis, window: Window?) in
    [
      // No two pixels of a window are alike.
      Probe(fused: .pooling, "greatest, \(name)", shape) {
        maximumPooling($0[0] * 0.1 + ramp(shape), kernel: kernel, window: window)
      },
      Probe(fused: .pooling, "mean, \(name)", shape) {
        averagePooling($0[0], kernel: kernel, window: window)
      },
      Probe(fused: .pooling, "mean with padding, \(name)", shape) {
        averagePooling($0[0], kernel: kernel, window: window, countingPadding: true)
      },
      Probe(.reduce, "mean of images, \(name)", shape) { globalAveragePooling($0[0]) },
    ]
  } + [
    Probe(fused: .pooling, "greatest, in blocks", [1, 1, 4, 4], [16, 1, 1, 1]) {
      maximumPooling(
        convolution(
          $0[0] * 0.1 + ramp([1, 1, 4, 4]), $0[1] * 0.3 + 1, Tensor(repeating: 0, shape: [16])),
        kernel: 2, window: Window(stride: 1))
    }
  ]

/// Steps of 0.15, in an order that jumps.
private func ramp(_ shape: Shape) -> Tensor {
  Tensor((0..<shape.count).map { Scalar(($0 * 7) % 31) * 0.15 }, shape: shape)
}

/// Drawn larger and smaller, by whole factors and others.
let resamplingProbes: [Probe] = Interpolation.allCases.flatMap { interpolation in
  [
    ([2, 2, 3], [7]), ([1, 2, 3, 4], [6, 8]), ([1, 1, 5, 4], [3, 7]), ([1, 16, 2, 2], [4, 4]),
    ([1, 1, 2, 2, 3], [3, 2, 5]),
  ].map { (shape: Shape, extents: [Int]) in
    Probe(fused: .resampling, "\(interpolation), \(shape) to \(extents)", shape) {
      $0[0].resized(to: extents, by: interpolation)
    }
  }
}
