@testable import Tensors

/// Channels that are a block, less and more than one, of images, series and rows.
let normalizationProbes: [Probe] =
  [
    ("images", [2, 2, 3, 2]), ("a block", [2, 16, 1, 2]), ("more", [3, 17, 2]), ("rows", [4, 3]),
  ].flatMap { (name: String, shape: Shape) in
    let channels: Shape = [shape[1]]
    return [
      Probe(fused: .batchNormalization, name, shape, channels, channels) {
        batchNormalization($0[0], scale: $0[1] + 1, shift: $0[2], epsilon: 1e-2).value
      },
      // Far from the rectifier's edge on either side.
      Probe(fused: .batchNormalization, "\(name), rectified", shape, channels, channels) {
        batchNormalization(
          $0[0], scale: $0[1] * 0.1 + 0.5,
          shift: $0[2] * 0.1 + wave(channels).compared(.greater, 0)
            * 6 - 3, epsilon: 1e-2, activation: .relu
        ).value
      },
    ]
  } + [
    Probe(.multiply, "given moments", [2, 3, 2, 2], [3], [3], [3], [3]) {
      batchNormalization(
        $0[0], mean: $0[1], variance: $0[2] + 1, scale: $0[3], shift: $0[4], epsilon: 1e-3,
        activation: .tanh)
    },
    Probe(.multiply, "groups", [2, 4, 2, 2], [4], [4]) {
      groupNormalization($0[0], groups: 2, scale: $0[1], shift: $0[2], epsilon: 1e-2)
    },
  ]
