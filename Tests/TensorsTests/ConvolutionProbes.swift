import Kernels

@testable import Tensors

/// Images of one to seventeen channels, so that layouts are blocked and plain, padded and whole.
let convolutionProbes: [Probe] =
  [1, 16, 17].flatMap { channels in
    [Window(padding: 1), Window(stride: 2, padding: 1)].flatMap { window in
      probes("\(channels) channels", [1, 1, 3, 4], [channels, 1, 2, 2], window)
    }
  }
  + probes("a series", [2, 3, 7], [4, 3, 3], Window(stride: 2, padding: 1, dilation: 2))
  + probes(
    "a volume", [1, 2, 3, 2, 4], [3, 2, 2, 1, 3], Window(stride: [1, 2, 1], padding: .same))
  + probes("two groups", [1, 4, 3, 3], [6, 2, 2, 2], Window(padding: 1, groups: 2))
  + probes(
    "sides", [1, 1, 4, 4], [2, 1, 3, 3],
    Window(stride: 2, padding: .sides(before: 0, after: [1, 2])))

private func probes(
  _ name: String, _ image: Shape, _ kernel: Shape, _ window: Window
) -> [Probe] {
  let name = "\(name), stride \(window.stride[0])"
  let problem = problem(image, kernel, window)
  let (answer, outputs): (Shape, Shape) = (Shape(problem.outputExtents), [kernel[0]])
  let inputs: Shape = [image[1]]
  return [
    Probe(.convolution, name, image, kernel, outputs) {
      convolution($0[0], $0[1], $0[2], window: window, activation: .softplus)
    },
    Probe(.transposedConvolution, name, answer, kernel, inputs) {
      $0[0].applying(.transposedConvolution(window, image, .tanh), with: $0[1], $0[2])
    },
    Probe(.convolutionInput, name, answer, kernel) {
      $0[0].applying(.convolutionInput(window, image), with: $0[1])
    },
    Probe(.convolutionWeight, name, image, answer) {
      $0[0].applying(.convolutionWeight(window, kernel), with: $0[1])
    },
    Probe(.sumOfChannels, name, image, kernel) {
      convolution($0[0], $0[1], Tensor(repeating: 0, shape: outputs), window: window)
        .applying(.sumOfChannels)
    },
    Probe(.multiply, "channels of images, \(name)", image, kernel, [1, outputs[0], 1, 1]) {
      let images = convolution($0[0], $0[1], Tensor(repeating: 0, shape: outputs), window: window)
      return images.shape.rank == 4 ? images * $0[2] : images * $0[2].sum()
    },
  ]
}

/// Blocks of channels of series, images and volumes, joined and cut without leaving their layout.
let channelProbes: [Probe] = [
  ("series", [1, 1, 3], [1]), ("images", [1, 1, 2, 3], [1, 2]),
  ("volumes", [1, 1, 2, 1, 2], [1, 1, 2]),
].map { (name: String, image: Shape, kernel: [Int]) in
  Probe(.concatenate, "channels of \(name)", image, Shape([16, 1] + kernel)) {
    let images = convolution($0[0], $0[1], Tensor(repeating: 0.1, shape: [16]))
    let joined = Tensor.concatenated([images, images * images, images], along: 1)
    return joined.slice(16..<48, along: 1) * joined.slice(8..<40, along: 1)
  }
}
