public import Learning
public import Randomness
public import Tensors

/// A U-Net of residual blocks, as in the ML_INFN hands-on on lung segmentation, with logits at the
/// end.
public struct BenchmarkUNet: Layer {
  private var down: [ContractingBlock]
  private var up: [ExpandingBlock]
  private var head: Convolution

  public static var parts: [Part<Self>] {
    [.modules("down", \.down), .modules("up", \.up), .module("head", \.head)]
  }

  /// Creates the model for images of one channel.
  ///
  /// - Parameters:
  ///   - widths: The channels of each level; images halve from one to the next.
  ///   - dropout: The probability that a channel is dropped after each block.
  ///   - randomness: What the weights are drawn from.
  public init(
    widths: [Int] = [16, 32, 64, 128, 256, 512], dropout: Double = 0.2,
    using randomness: inout RandomStream
  ) {
    down = []
    for (level, width) in widths.enumerated() {
      down.append(
        ContractingBlock(
          level == 0 ? 1 : widths[level - 1], width, isFirst: level == 0, dropout,
          using: &randomness))
    }
    up = []
    for (level, width) in widths.enumerated().reversed() {
      let isDeepest = level == widths.count - 1
      up.append(
        ExpandingBlock(
          isDeepest ? width : widths[level + 1], width, isDeepest: isDeepest, dropout,
          using: &randomness))
    }
    head = Convolution(widths[0], 1, kernel: 1, using: &randomness)
  }

  public func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    var (x, skips) = (input, [Tensor]())
    for (level, block) in down.enumerated() {
      x = block(x, in: phase.split(level))
      skips.append(x)
    }
    for (level, block) in up.enumerated() {
      x = block(x, skips.removeLast(), in: phase.split(down.count + level))
    }
    return head(x, in: phase)
  }
}

private struct ContractingBlock: Module {
  var entry, middle, exit: Convolution
  var normalizations: [BatchNormalization]
  var dropout: SpatialDropout

  static var parts: [Part<Self>] {
    [
      .module("entry", \.entry), .module("middle", \.middle), .module("exit", \.exit),
      .modules("normalizations", \.normalizations), .module("dropout", \.dropout),
    ]
  }

  init(
    _ inputs: Int, _ width: Int, isFirst: Bool, _ dropout: Double,
    using randomness: inout RandomStream
  ) {
    let step = isFirst ? 1 : 2
    entry = Convolution(
      inputs, width, kernel: step, window: Window(stride: PerAxis(step)), using: &randomness)
    middle = Convolution(width, width, kernel: 3, window: Window(padding: 1), using: &randomness)
    exit = Convolution(width, width, kernel: 1, using: &randomness)
    normalizations = blockNormalizations(width)
    self.dropout = SpatialDropout(dropout)
  }

  func callAsFunction(_ input: Tensor, in phase: Phase) -> Tensor {
    let shortcut = dropout(normalizations[0](entry(input), in: phase), in: phase.split(0))
    let hidden = dropout(normalizations[1](middle(shortcut), in: phase), in: phase.split(1))
    return dropout(
      relu(normalizations[2](exit(hidden), in: phase) + shortcut), in: phase.split(2))
  }
}

private struct ExpandingBlock: Module {
  var entry: TransposedConvolution
  var middle, exit: Convolution
  var normalizations: [BatchNormalization]
  var dropout: SpatialDropout

  static var parts: [Part<Self>] {
    [
      .module("entry", \.entry), .module("middle", \.middle), .module("exit", \.exit),
      .modules("normalizations", \.normalizations), .module("dropout", \.dropout),
    ]
  }

  init(
    _ inputs: Int, _ width: Int, isDeepest: Bool, _ dropout: Double,
    using randomness: inout RandomStream
  ) {
    let step = isDeepest ? 1 : 2
    entry = TransposedConvolution(
      inputs, width, kernel: step, window: Window(stride: PerAxis(step)), using: &randomness)
    middle = Convolution(
      2 * width, width, kernel: 3, window: Window(padding: 1), using: &randomness)
    exit = Convolution(
      width, width, kernel: isDeepest ? 3 : 1, window: Window(padding: isDeepest ? 1 : 0),
      using: &randomness)
    normalizations = blockNormalizations(width)
    self.dropout = SpatialDropout(dropout)
  }

  func callAsFunction(_ input: Tensor, _ skip: Tensor, in phase: Phase) -> Tensor {
    let shortcut = normalizations[0](entry(input), in: phase)
    let joined = Tensor.concatenated([shortcut, skip], along: 1)
    let hidden = dropout(normalizations[1](middle(joined), in: phase), in: phase.split(0))
    return dropout(
      relu(normalizations[2](exit(hidden), in: phase) + shortcut), in: phase.split(1))
  }
}

private func blockNormalizations(_ width: Int) -> [BatchNormalization] {
  [
    BatchNormalization(width, convention: .pytorch, activation: .relu),
    BatchNormalization(width, convention: .pytorch, activation: .relu),
    BatchNormalization(width, convention: .pytorch),
  ]
}

/// Returns the binary cross entropy of logits plus one less their soft Dice over the batch.
public func diceCrossEntropy(_ logits: Tensor, _ target: Tensor) -> Tensor {
  let share = sigmoid(logits)
  let overlap = (share * target).sum() * 2 + 1
  return sigmoidCrossEntropy(logits, target) + 1 - overlap / (share.sum() + target.sum() + 1)
}
