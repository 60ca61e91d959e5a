import Kernels

@testable import Tensors

private let productProbes: [Probe] = [
  Probe(.batchedProduct, "plain", [2, 2, 3], [2, 3, 2]) { matmul($0[0], $0[1]) },
  Probe(.batchedProduct, "left transposed, stretched", [2, 1, 3, 2], [3, 3, 2]) {
    matmul($0[0], $0[1], Transposition(left: true))
  },
  Probe(.batchedProduct, "right transposed", [3, 2, 3], [3, 2, 3]) {
    matmul($0[0], $0[1], Transposition(right: true))
  },
  Probe(.batchedProduct, "both transposed, matrix on the left", [3, 2], [2, 2, 3]) {
    matmul($0[0], $0[1], Transposition(left: true, right: true))
  },
  Probe(.matrixProduct, "matrix for all", [2, 2, 3], [2, 3]) {
    matmul($0[0], $0[1], Transposition(right: true))
  },
  Probe(.linear, "three axes", [2, 2, 3], [3, 2], [2]) {
    linear($0[0], $0[1], $0[2], activation: .tanh)
  },
  Probe(.batchedProduct, "in Einstein's notation", [2, 3, 2, 2], [2, 3, 3, 2]) {
    einsum("bhid,bhjd->bhij", $0[0], $0[1])
  },
]

private let recurrenceProbes: [Probe] =
  ReturnedSteps.allCases.flatMap { steps in
    [
      Probe(fused: .lstm, "\(steps)", [2, 3, 2], [5, 12], [12]) {
        lstm($0[0], weight: $0[1], bias: $0[2], returning: steps)
      },
      Probe(fused: .lstm, "\(steps), from a state", [2, 2, 1], [3, 8], [8], [2, 2, 2]) {
        lstm($0[0], weight: $0[1], bias: $0[2], state: $0[3], returning: steps)
      },
      Probe(fused: .gru, "\(steps)", [2, 3, 2], [5, 9], [2, 9]) {
        gru($0[0], weight: $0[1], bias: $0[2], returning: steps)
      },
      Probe(fused: .gru, "\(steps), from a state", [2, 2, 1], [3, 6], [2, 6], [2, 2]) {
        gru($0[0], weight: $0[1], bias: $0[2], state: $0[3], returning: steps)
      },
    ]
  } + [
    // Wider than a vector.
    Probe(fused: .lstm, "wide", [1, 2, 1]) {
      lstm($0[0], weight: wave([18, 68]), bias: wave([68]))
    },
    Probe(fused: .gru, "wide", [1, 2, 1]) {
      gru($0[0], weight: wave([18, 51]), bias: wave([2, 51]))
    },
  ]

private let attentionProbes: [Probe] = [
  Probe(fused: .attention, "", [2, 2, 4], [2, 3, 4], [2, 3, 4]) {
    attention($0[0] * 2, $0[1], $0[2], heads: 2)
  },
  Probe(fused: .attention, "masked", [1, 2, 2], [1, 3, 2], [1, 3, 2]) {
    attention($0[0], $0[1], $0[2], mask: wave([2, 3]))
  },
  Probe(fused: .selfAttention, "", [2, 3, 6]) { selfAttention($0[0] * 2) },
  Probe(fused: .selfAttention, "causal", [1, 3, 12]) {
    selfAttention($0[0] * 2, heads: 2, isCausal: true)
  },
  Probe(fused: .selfAttention, "longer than a vector", [1, 17, 3]) { selfAttention($0[0] * 2) },
  Probe(fused: .selfAttention, "masked keys", [2, 3, 6]) {
    selfAttention(
      $0[0], heads: 2, mask: Tensor([0, -.infinity, 0, 0, 0, -.infinity], shape: [2, 1, 1, 3]))
  },
  Probe(.softmax, "trainable mask of attention", [1, 2, 6], [2, 1, 2]) {
    selfAttention($0[0], heads: 2, mask: $0[1])
  },
]

private let graphProbes: [Probe] = [
  Probe(.gather, "strided columns", [2, 5]) {
    $0[0].slice(stride(from: 1, to: 5, by: 2), along: 1)
  },
  Probe(.gather, "reversed middle", [2, 3, 2]) { $0[0].reversed(along: 1) },
  Probe(.gather, "embedding", [4, 3]) {
    embedding(Tensor([3, 0, 3, 1], shape: [2, 2]), in: $0[0])
  },
  Probe(.scatter, "columns", [2, 3]) {
    $0[0].applying(.scatter([2, 0, 2], axis: 1, extent: 4))
  },
  Probe(.scatter, "mean of segments", [5, 3]) { $0[0].segmentMean([0, 2, 0, 2, 2], count: 4) },
  Probe(.segmentMaximum, "", [5, 3]) { $0[0].segmentMax([0, 2, 0, 2, 2], count: 4) },
  Probe(.take, "", [3, 4]) {
    $0[0].gathered(at: Tensor([3, 0, 0, 2, 1, 1], shape: [3, 2]), along: 1)
  },
  Probe(.put, "", [2, 2, 2]) {
    $0[0].applying(
      .put(axis: 1, extent: 3), with: Tensor([2, 0, 2, 1, 0, 0, 1, 0], shape: [2, 2, 2]))
  },
  Probe(.take, "sorted", [2, 5]) { $0[0].sorted() },
  Probe(.argsort, "", [2, 5]) { $0[0] * $0[0].applying(.argsort) },
  Probe(.cumulativeSum, "middle", [2, 3, 2]) { $0[0].cumulativeSum(along: 1) },
]

private let functionProbes: [Probe] = [
  Probe(.sine, "", [2, 3]) { sin($0[0] * 2) },
  Probe(.cosine, "", [2, 3]) { cos($0[0] * 2) },
  Probe(.errorFunction, "", [2, 3]) { erf($0[0] * 3) },
  Probe(.select, "clamped", [2, 5]) { ($0[0] * $0[0]).clamped(to: 0.031...0.12) },
  Probe(fused: .magnitudeSpectrum, "", [2, 5]) { magnitudeSpectrum($0[0] + 0.1) },
  Probe(.exp, "log sum exp", [2, 3, 2]) { ($0[0] * 9).logSumExp(along: 1) },
  Probe(.squareRoot, "deviation", [3, 4]) { $0[0].standardDeviation(along: 0, correction: 1) },
  Probe(.reduceMaximum, "least", [3, 4]) { $0[0].min(along: 1) + $0[0].min() },
]

private let rowProbes: [Probe] = [
  Probe(fused: .layerNormalization, "rows", [2, 2, 5], [5], [5]) {
    layerNormalization($0[0], scale: $0[1] + 1, shift: $0[2], epsilon: 1e-2)
  },
  Probe(fused: .layerNormalization, "wide", [3, 19], [19], [19]) {
    layerNormalization($0[0], scale: $0[1] + 1, shift: $0[2], epsilon: 1e-2)
  },
]

/// Probes of what sequences, attention and graphs are computed with.
let sequenceProbes =
  productProbes + recurrenceProbes + attentionProbes
  + graphProbes + functionProbes + rowProbes
