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

/// Probes of what sequences, attention and graphs are computed with.
let sequenceProbes = productProbes
