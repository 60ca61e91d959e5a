import Tensors

extension Dense: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    switch convention {
    case .pytorch:
      [
        ForeignWeight("weight", from: "weight", rank: 2) { $0.transposed() },
        ForeignWeight("bias", from: "bias", rank: 1),
      ]
    case .keras:
      [
        ForeignWeight("weight", from: "kernel", rank: 2),
        ForeignWeight("bias", from: "bias", rank: 1),
      ]
    }
  }
}

extension Convolution: WeightImporting {
  public static func foreignWeights(_ convention: WeightConvention) -> [ForeignWeight] {
    switch convention {
    case .pytorch:
      [
        ForeignWeight("weight", from: "weight", rank: 4),
        ForeignWeight("bias", from: "bias", rank: 1),
      ]
    case .keras:
      [
        ForeignWeight("weight", from: "kernel", rank: 4) { $0.permuted(3, 2, 0, 1) },
        ForeignWeight("bias", from: "bias", rank: 1),
      ]
    }
  }
}
