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

/// Probes of what sequences, attention and graphs are computed with.
let sequenceProbes = productProbes + recurrenceProbes + attentionProbes
