import Tensors

extension Dense: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    switch convention {
    case .pytorch:
      [
        ForeignWeight("weight", from: "weight", rank: 2) { $0.transposed() },
        ForeignWeight("bias", from: "bias", rank: 1, isBias: true),
      ]
    case .keras:
      [
        ForeignWeight("weight", from: "kernel", rank: 2),
        ForeignWeight("bias", from: "bias", rank: 1, isBias: true),
      ]
    }
  }
}

extension Convolution: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    guard convention == .keras else { return kernels(convention) }
    // Of each channel by itself, Keras has the multiplier where others have the outputs.
    let ofEachChannel = ["kernel", "depthwise_kernel"].map { name in
      ForeignWeight("weight", from: [name], ranks: 3...5) { kernel in
        let (shape, axes) = (kernel[0].shape, kernel[0].shape.rank)
        let spatial = Array(0..<axes - 2)
        return kernel[0].permuted([axes - 2, axes - 1] + spatial).reshaped(
          to: Shape([shape[axes - 2] * shape[axes - 1], 1] + spatial.map { shape[$0] }))
      }
    }
    return ofEachChannel + kernels(convention)
  }
}

extension TransposedConvolution: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    kernels(convention)
  }
}

/// Kernels of one to three axes: Keras' two axes of channels come last, and the other way about.
private func kernels(_ convention: WeightConvention) -> [ForeignWeight] {
  let bias = ForeignWeight("bias", from: "bias", rank: 1, isBias: true)
  return switch convention {
  case .pytorch: [ForeignWeight("weight", from: ["weight"], ranks: 3...5) { $0[0] }, bias]
  case .keras:
    [
      ForeignWeight("weight", from: ["kernel"], ranks: 3...5) { kernel in
        let axes = kernel[0].shape.rank
        return kernel[0].permuted([axes - 1, axes - 2] + Array(0..<axes - 2))
      }, bias,
    ]
  }
}

extension BatchNormalization: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    let moments =
      convention == .pytorch
      ? ("running_mean", "running_var") : ("moving_mean", "moving_variance")
    return scales(convention) + [
      ForeignWeight("mean", from: moments.0, rank: 1),
      ForeignWeight("variance", from: moments.1, rank: 1),
    ]
  }
}

extension GroupNormalization: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    scales(convention)
  }
}

extension LayerNormalization: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    scales(convention)
  }
}

private func scales(_ convention: WeightConvention) -> [ForeignWeight] {
  let names = convention == .pytorch ? ("weight", "bias") : ("gamma", "beta")
  return [
    ForeignWeight("scale", from: names.0, rank: 1),
    ForeignWeight("shift", from: names.1, rank: 1, isBias: true),
  ]
}

extension Embedding: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    [ForeignWeight("table", from: convention == .pytorch ? "weight" : "embeddings", rank: 2)]
  }
}

extension LSTM: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    switch convention {
    case .pytorch:
      recurrentWeights + [
        ForeignWeight("bias", from: ["bias_ih_l0", "bias_hh_l0"], rank: 1, isBias: true) {
          $0[0] + $0[1]
        }
      ]
    case .keras:
      [
        ForeignWeight("inputWeight", from: "kernel", rank: 2),
        ForeignWeight("recurrentWeight", from: "recurrent_kernel", rank: 2),
        ForeignWeight("bias", from: "bias", rank: 1, isBias: true),
      ]
    }
  }
}

extension GRU: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    // Keras' update gate stands before the reset gate.
    func exchanged(_ weight: Tensor) -> Tensor {
      let (axis, width) = (weight.shape.rank - 1, weight.shape.extents.last.map { $0 / 3 } ?? 0)
      let gates = [1, 0, 2].map { weight.slice($0 * width..<($0 + 1) * width, along: axis) }
      return .concatenated(gates, along: axis)
    }
    return switch convention {
    case .pytorch:
      recurrentWeights + [
        ForeignWeight("bias", from: ["bias_ih_l0", "bias_hh_l0"], rank: 1, isBias: true) { biases in
          .concatenated(biases.map { $0.reshaped(to: [1, $0.shape.count]) })
        }
      ]
    case .keras:
      [
        ForeignWeight("inputWeight", from: "kernel", rank: 2, convert: exchanged),
        ForeignWeight("recurrentWeight", from: "recurrent_kernel", rank: 2, convert: exchanged),
        ForeignWeight("bias", from: "bias", rank: 2, isBias: true, convert: exchanged),
      ]
    }
  }
}

/// PyTorch's weights of the first layer of a stack; `l1` stands for `l0` in the names of the second.
private var recurrentWeights: [ForeignWeight] {
  [
    ForeignWeight("inputWeight", from: "weight_ih_l0", rank: 2) { $0.transposed() },
    ForeignWeight("recurrentWeight", from: "weight_hh_l0", rank: 2) { $0.transposed() },
  ]
}

extension Bidirectional: WeightImporting where Recurrent: WeightImporting {
  /// Keras keeps the two layers apart: import each by its own name.
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    func weights(_ part: String, _ suffix: String) -> [ForeignWeight] {
      Recurrent.foreignWeights(convention).map { weight in
        ForeignWeight(
          "\(part).\(weight.part)", from: weight.names.map { $0 + suffix }, ranks: weight.ranks,
          isBias: weight.isBias, convert: weight.convert)
      }
    }
    return weights("forward", "") + weights("backward", "_reverse")
  }
}

extension MultiHeadAttention: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    switch convention {
    case .pytorch:
      return [
        ForeignWeight("projectionWeight", from: "in_proj_weight", rank: 2) { $0.transposed() },
        ForeignWeight("projectionBias", from: "in_proj_bias", rank: 1, isBias: true),
        ForeignWeight("outputWeight", from: "out_proj.weight", rank: 2) { $0.transposed() },
        ForeignWeight("outputBias", from: "out_proj.bias", rank: 1, isBias: true),
      ]
    case .keras:
      let names = ["query", "key", "value"]
      return [
        ForeignWeight("projectionWeight", from: names.map { $0 + "/kernel" }, rank: 3) { kernels in
          .concatenated(
            kernels.map { $0.reshaped(to: [$0.shape[0], $0.shape[1] * $0.shape[2]]) }, along: 1)
        },
        ForeignWeight(
          "projectionBias", from: names.map { $0 + "/bias" }, rank: 2, isBias: true
        ) { biases in
          .concatenated(biases.map { $0.reshaped(to: [$0.shape.count]) })
        },
        ForeignWeight("outputWeight", from: "attention_output/kernel", rank: 3) {
          $0.reshaped(to: [$0.shape[0] * $0.shape[1], $0.shape[2]])
        },
        ForeignWeight("outputBias", from: "attention_output/bias", rank: 1, isBias: true),
      ]
    }
  }
}
