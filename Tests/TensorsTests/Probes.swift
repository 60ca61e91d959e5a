import Kernels

@testable import Tensors

private let labels = Tensor([2, 0, 1], shape: [3])

let arithmeticProbes: [Probe] = [
  Probe(.add, "same shape", [2, 3], [2, 3]) { $0[0] + $0[1] },
  Probe(.add, "row", [2, 3], [3]) { $0[0] + $0[1] },
  Probe(.add, "column on the left", [2, 1], [2, 3]) { $0[0] + $0[1] },
  Probe(.subtract, "scalar", [2, 3], []) { $0[0] - $0[1] },
  Probe(.subtract, "row on the left", [3], [2, 3]) { $0[0] - $0[1] },
  Probe(.multiply, "same shape", [2, 3], [2, 3]) { $0[0] * $0[1] },
  Probe(.multiply, "both stretched", [2, 1], [1, 3]) { $0[0] * $0[1] },
  Probe(.multiply, "middle axis", [2, 3, 2], [3, 1]) { $0[0] * $0[1] },
  Probe(.divide, "column", [2, 3], [2, 1]) { $0[0] / ($0[1] + 2) },
  Probe(.divide, "scalar on the left", [], [2, 3]) { $0[0] / ($0[1] + 2) },
  Probe(.maximum, "row", [4, 3], [3]) { maximum($0[0] * 1.5, $0[1] * 0.4 + 0.011) },
  Probe(.negate, "", [2, 3]) { -$0[0] },
  Probe(.exp, "", [2, 3]) { exp($0[0]) },
  Probe(.log, "", [2, 3]) { log($0[0] + 2) },
  Probe(.squareRoot, "", [2, 3]) { sqrt($0[0] + 2) },
  Probe(.absolute, "", [2, 3]) { abs($0[0]) },
  Probe(.power, "3", [2, 3]) { power($0[0], 3) },
  Probe(.power, "2", [2, 3]) { power($0[0], 2) },
  Probe(.power, "0", [2, 3]) { power($0[0], 0) },
  Probe(.power, "-1.5", [2, 3]) { power($0[0] + 2, -1.5) },
  Probe(.sign, "", [2, 3]) { $0[0] * $0[0].applying(.sign) },
  Probe(.compare, "", [2, 3]) { $0[0] * $0[0].compared(.greater, 0) },
  Probe(.step, "", [2, 3]) { $0[0] * $0[0].applying(.step, with: 0) },
  Probe(.select, "", [2, 3], [2, 3]) {
    wave([2, 3], from: 9).compared(.greaterOrEqual, 0).selecting($0[0] * $0[0], else: $0[1])
  },
]

let activationProbes: [Probe] = Activation.allCases.flatMap { activation in
  [
    Probe(.activate, activation.rawValue, [2, 3]) { $0[0].applying(.activate(activation)) },
    Probe(.slope, activation.rawValue, [2, 3], [2, 3]) {
      $0[0].applying(.slope(activation), with: $0[1] * $0[1] + 0.1)
    },
    Probe(.linear, activation.rawValue, [2, 3], [3, 2], [2]) {
      linear($0[0], $0[1], $0[2], activation: activation)
    },
  ]
}

let matrixProbes: [Probe] = [
  Probe(.matrixProduct, "plain", [2, 3], [3, 4]) { matmul($0[0], $0[1]) },
  Probe(.matrixProduct, "left transposed", [3, 2], [3, 4]) {
    matmul($0[0], $0[1], Transposition(left: true))
  },
  Probe(.matrixProduct, "right transposed", [2, 3], [4, 3]) {
    matmul($0[0], $0[1], Transposition(right: true))
  },
  Probe(.matrixProduct, "both transposed", [3, 2], [4, 3]) {
    matmul($0[0], $0[1], Transposition(left: true, right: true))
  },
  Probe(.permute, "matrix", [2, 3]) { $0[0].transposed() },
  Probe(.permute, "three axes", [2, 3, 4]) { $0[0].permuted(2, 0, 1) },
  Probe(.reshape, "", [2, 3]) { $0[0].reshaped(to: [3, 2]) },
  Probe(.broadcast, "", [2, 1, 3]) { $0[0].broadcast(to: [4, 2, 5, 3]) },
  Probe(.reduce, "all", [2, 3]) { $0[0].sum() },
  Probe(.reduce, "middle", [2, 3, 4]) { $0[0].sum(along: 1) },
  Probe(.reduce, "outer and inner", [2, 3, 4]) { $0[0].mean(along: 0, -1, keepingAxes: true) },
  Probe(.reduceMaximum, "all", [2, 3]) { $0[0].max() },
  Probe(.reduceMaximum, "last", [2, 3, 4]) { $0[0].max(along: -1) },
  Probe(.slice, "rows", [4, 3]) { $0[0].rows(1..<3) },
  Probe(.slice, "columns", [2, 5]) { $0[0].slice(2..<5, along: -1) },
  Probe(.pad, "", [2, 2, 2]) { $0[0].applying(.pad(axis: 1, from: 1, to: 4)) },
  Probe(.concatenate, "", [2, 3], [2, 1]) { .concatenated([$0[0], $0[1]], along: 1) },
  Probe(.gather, "", [3, 2]) { $0[0].rows([2, 0, 2]) },
  Probe(.scatter, "", [3, 2]) { $0[0].applying(.scatter([1, 3, 1], axis: 0, extent: 4)) },
]

let lossProbes: [Probe] = [
  Probe(fused: .meanSquaredError, "", [2, 3], [2, 3]) { meanSquaredError($0[0], $0[1]) },
  Probe(.softmax, "", [3, 4]) { softmax($0[0] * 3) },
  Probe(.logSoftmax, "", [3, 4]) { logSoftmax($0[0] * 3) },
  Probe(fused: .softmaxCrossEntropy, "", [3, 4]) { softmaxCrossEntropy($0[0] * 3, labels) },
  Probe(.sigmoidCrossEntropy, "", [3, 4], [3, 4]) {
    sigmoidCrossEntropy($0[0] * 3, $0[1] + 0.5)
  },
  Probe(.oneHot, "", [3, 4]) { $0[0] * oneHot(labels + 0 * $0[0].sum(), classes: 4) },
]

/// Two convolutions, one in the other's layout, with every kind of step between them.
let chainProbes: [Probe] = [3, 16, 17].map { channels in
  Probe(.convolution, "chain of \(channels) channels", [1, 1, 2, 3]) { points in
    let hidden = convolution(
      points[0], wave([channels, 1, 3, 3]), wave([channels]), window: Window(padding: 1),
      activation: .tanh)
    let scaled = exp(hidden) / (hidden * hidden + 1)
    let second = convolution(
      scaled, wave([2, channels, 3, 3]) * points[0].mean(), wave([2]),
      window: Window(padding: 1), activation: .sigmoid)
    return second * second
  }
}

let allProbes =
  arithmeticProbes + activationProbes + matrixProbes + lossProbes + convolutionProbes
  + channelProbes + chainProbes + sequenceProbes + normalizationProbes
  + poolingProbes + resamplingProbes
