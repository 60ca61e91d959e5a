public import Tensors
import func Kernels.require

/// The residual U-Net of the ML_INFN hands-on on lung segmentation (landerlini/mlinfn-advanced-hackathon,
/// ex/unet), after Ronneberger and others ([arXiv:1505.04597](https://arxiv.org/abs/1505.04597)), with
/// logits at the end.
///
/// Five levels contract images `[count, 1, height, width]`, whose sides are multiples of 16, to a
/// sixteenth; a bottleneck of twice the channels follows, and five levels expand again, each beside
/// what the contraction had at its size. With width 16 it has 6,037,505 parameters and 8,000 running
/// moments, with 8 it has 1,512,385 and 4,000.
public struct ResidualUNet: Layer {
  private var contraction: [ContractingBlock]
  private var bottleneck: BottleneckBlock
  private var expansion: [ExpandingBlock]
  private var output: Convolution

  public static var parts: [Part<Self>] {
    [
      .modules("contraction", \.contraction), .module("bottleneck", \.bottleneck),
      .modules("expansion", \.expansion), .module("output", \.output),
    ]
  }

  /// Creates the network; kernels are drawn from N(0, 0.05) as in the hands-on.
  ///
  /// - Parameters:
  ///   - width: The channels of the first level; each of the others has twice those of the one before.
  ///   - dropout: The probability that a channel is dropped.
  ///   - momentum: How much of the running moments a step keeps; the hands-on's 0.99 is too slow for
  ///     some hundred steps.
  ///   - randomness: What the weights are drawn from.
  public init(
    width: Int = 16, dropout: Double = 0.2, momentum: Scalar = 0.99,
    using randomness: inout some RandomNumberGenerator
  ) {
    let plan = BlockPlan(
      dropout: dropout,
      convention: BatchNormalization.Convention(epsilon: 1e-3, kept: momentum, isUnbiased: false))
    let widths = (0..<5).map { width << $0 }
    contraction = []
    for (level, width) in widths.enumerated() {
      contraction.append(
        ContractingBlock(
          level == 0 ? 1 : widths[level - 1], width, step: level == 0 ? 1 : 2, plan,
          using: &randomness))
    }
    bottleneck = BottleneckBlock(widths[4], 2 * widths[4], plan, using: &randomness)
    expansion = []
    for (level, width) in widths.enumerated().reversed() {
      expansion.append(
        ExpandingBlock(2 * width, width, isDeepest: level == 4, plan, using: &randomness))
    }
    output = plan.convolution(width, 1, kernel: 1, using: &randomness)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    require(
      input.shape.rank == 4 && input.shape[2] % 16 == 0 && input.shape[3] % 16 == 0,
      "images of shape \(input.shape) have sides that are no multiples of 16")
    var (x, skips) = (input, [Tensor]())
    for (level, block) in contraction.enumerated() {
      x = block(x, in: phase.split(level))
      skips.append(x)
    }
    x = bottleneck(x, in: phase)
    for (level, block) in expansion.enumerated() {
      x = block(x, beside: skips.removeLast(), in: phase.split(contraction.count + level))
    }
    return output(x, in: phase)
  }
}

/// What the blocks have in common.
private struct BlockPlan {
  let dropout: Double
  let convention: BatchNormalization.Convention

  func convolution(
    _ inputs: Int, _ outputs: Int, kernel: Int, step: Int = 1,
    using randomness: inout some RandomNumberGenerator
  ) -> Convolution {
    Convolution(
      inputs, outputs, kernel: kernel,
      window: Window(stride: PerAxis(step), padding: .zeros(PerAxis(kernel == 3 ? 1 : 0))),
      initialization: .normal(deviation: 0.05), using: &randomness)
  }

  func normalization(_ channels: Int, _ activation: Activation = .identity) -> BatchNormalization {
    BatchNormalization(channels, convention: convention, activation: activation)
  }
}

private struct ContractingBlock: Module {
  var entry, middle, exit: Convolution
  var first, second, third: BatchNormalization
  var dropout: SpatialDropout

  static var parts: [Part<Self>] {
    [
      .module("entry", \.entry), .module("first", \.first), .module("middle", \.middle),
      .module("second", \.second), .module("exit", \.exit), .module("third", \.third),
      .module("dropout", \.dropout),
    ]
  }

  init(
    _ inputs: Int, _ width: Int, step: Int, _ plan: BlockPlan,
    using randomness: inout some RandomNumberGenerator
  ) {
    entry = plan.convolution(inputs, width, kernel: step, step: step, using: &randomness)
    middle = plan.convolution(width, width, kernel: 3, using: &randomness)
    exit = plan.convolution(width, width, kernel: 1, using: &randomness)
    first = plan.normalization(width)
    second = plan.normalization(width, .relu)
    third = plan.normalization(width)
    dropout = SpatialDropout(plan.dropout)
  }

  func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    let shortcut = first(entry(input), in: phase)
    let hidden = dropout(
      second(middle(dropout(relu(shortcut), in: phase.split(0))), in: phase), in: phase.split(1))
    return dropout(relu(third(exit(hidden), in: phase) + shortcut), in: phase.split(2))
  }
}

private struct BottleneckBlock: Module {
  var entry, middle: Convolution
  var first, second: BatchNormalization

  static var parts: [Part<Self>] {
    [
      .module("entry", \.entry), .module("first", \.first), .module("middle", \.middle),
      .module("second", \.second),
    ]
  }

  init(
    _ inputs: Int, _ width: Int, _ plan: BlockPlan,
    using randomness: inout some RandomNumberGenerator
  ) {
    entry = plan.convolution(inputs, width, kernel: 1, using: &randomness)
    middle = plan.convolution(width, width, kernel: 3, using: &randomness)
    (first, second) = (plan.normalization(width), plan.normalization(width))
  }

  func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    let shortcut = first(entry(input), in: phase)
    return relu(second(middle(relu(shortcut)), in: phase) + shortcut)
  }
}

private struct ExpandingBlock: Module {
  var entry: TransposedConvolution
  var middle, exit: Convolution
  var first, second, third: BatchNormalization
  var dropout: SpatialDropout

  static var parts: [Part<Self>] {
    [
      .module("entry", \.entry), .module("first", \.first), .module("middle", \.middle),
      .module("second", \.second), .module("exit", \.exit), .module("third", \.third),
      .module("dropout", \.dropout),
    ]
  }

  init(
    _ inputs: Int, _ width: Int, isDeepest: Bool, _ plan: BlockPlan,
    using randomness: inout some RandomNumberGenerator
  ) {
    let step = isDeepest ? 1 : 2
    entry = TransposedConvolution(
      inputs, width, kernel: step, window: Window(stride: PerAxis(step)),
      initialization: .normal(deviation: 0.05), using: &randomness)
    middle = plan.convolution(2 * width, width, kernel: 3, using: &randomness)
    exit = plan.convolution(width, width, kernel: isDeepest ? 3 : 1, using: &randomness)
    first = plan.normalization(width)
    second = plan.normalization(width, .relu)
    third = plan.normalization(width)
    dropout = SpatialDropout(plan.dropout)
  }

  func callAsFunction(_ input: Tensor, beside skip: Tensor, in phase: Phase) -> Tensor {
    let shortcut = first(entry(input), in: phase)
    let joined = Tensor.concatenated([skip, relu(shortcut)], along: 1)
    let hidden = dropout(second(middle(joined), in: phase), in: phase.split(0))
    return dropout(relu(third(exit(hidden), in: phase) + shortcut), in: phase.split(1))
  }
}
