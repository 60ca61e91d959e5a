import Learning
import Randomness
import Tensors
import Testing

/// Numbers without a meaning stop the program where they are given, and the message names them.
@Suite struct RefusalTests {
  private typealias Refusal = (name: String, words: [String], run: @Sendable () -> Void)

  private static func layer(_ make: (inout RandomStream) -> some Module) {
    var stream = RandomStream(seed: 1)
    _ = make(&stream)
  }

  private static let layers: [Refusal] = [
    ("no outputs", ["[2, 0]"], { layer { Dense(2, 0, using: &$0) } }),
    ("no inputs", ["[0, 2]"], { layer { Dense(0, 2, using: &$0) } }),
    ("no kernels", ["[0, 3, 2, 2]"], { layer { Convolution(3, 0, kernel: 2, using: &$0) } }),
    ("no taps", ["[4, 3, 0, 0]"], { layer { Convolution(3, 4, kernel: 0, using: &$0) } }),
    (
      "no axes", ["one to three", "0"],
      { layer { Convolution(3, 4, kernel: 2, axes: 0, using: &$0) } }
    ),
    (
      "groups", ["3", "4", "2 groups"],
      { layer { Convolution(3, 4, kernel: 2, window: Window(groups: 2), using: &$0) } }
    ),
    (
      "transposed groups", ["4", "5", "2 groups"],
      { layer { TransposedConvolution(4, 5, kernel: 2, window: Window(groups: 2), using: &$0) } }
    ),
    ("no hidden scalars", ["[3, 0]"], { layer { LSTM(3, 0, using: &$0) } }),
    ("no sequences", ["[0, 12]"], { layer { GRU(0, 4, using: &$0) } }),
    ("no rows", ["[0, 4]"], { layer { Embedding(0, 4, using: &$0) } }),
    ("no width", ["[0, 0]"], { layer { MultiHeadAttention(0, heads: 2, using: &$0) } }),
    ("no positions", ["[0, 4]"], { layer { LearnedPositions(tokens: 0, width: 4, using: &$0) } }),
    ("no waves", ["0", "4"], { layer { _ in PositionalEncoding(tokens: 0, width: 4) } }),
    ("no features", ["features", "0"], { layer { _ in LayerNormalization(0) } }),
    ("no channels", ["channels", "0"], { layer { _ in BatchNormalization(0) } }),
    (
      "channels in no group", ["8 channels", "3 groups"],
      { layer { _ in GroupNormalization(8, groups: 3) } }
    ),
    ("epsilon", ["-1.0"], { layer { _ in LayerNormalization(4, epsilon: -1) } }),
    (
      "epsilon of groups", ["nan"],
      { layer { _ in GroupNormalization(4, groups: 2, epsilon: .nan) } }
    ),
    (
      "kept", ["1.5"],
      { _ = BatchNormalization.Convention(epsilon: 1e-3, kept: 1.5, isUnbiased: false) }
    ),
    ("dropout", ["1.0"], { layer { _ in Dropout(1) } }),
    ("no dropout", ["nan"], { layer { _ in SpatialDropout(.nan) } }),
    ("negative dropout", ["-0.1"], { layer { LSTM(3, 4, dropout: -0.1, using: &$0) } }),
    (
      "dropout of tokens", ["nan"],
      { layer { TransformerEncoderLayer(4, heads: 2, hidden: 8, dropout: .nan, using: &$0) } }
    ),
    (
      "negative limit", ["-0.5"],
      { layer { Dense(2, 3, initialization: .uniform(limit: -0.5), using: &$0) } }
    ),
    (
      "deviation", ["nan"],
      { layer { Dense(2, 3, initialization: .normal(deviation: .nan), using: &$0) } }
    ),
    (
      "scale", ["-2.0"],
      { layer { Dense(2, 3, initialization: .scaled(-2, by: .mean, .uniform), using: &$0) } }
    ),
    ("upsampling", ["[3]"], { _ = Upsampling(2)(wave([3])) }),
  ]

  private static let operations: [Refusal] = [
    ("greatest of none", ["[0, 3]"], { _ = wave([0, 3]).max(along: 0) }),
    ("greatest of all of none", ["[0, 3]"], { _ = wave([0, 3]).max() }),
    ("least of none", ["[2, 0]"], { _ = wave([2, 0]).min(along: 1) }),
    (
      "moments of none", ["[0, 3, 4, 4]"],
      {
        _ = batchNormalization(
          wave([0, 3, 4, 4]), scale: wave([3]), shift: wave([3]), epsilon: 1e-5)
      }
    ),
    (
      "output padding beside same", ["same", "1"],
      {
        _ = transposedConvolution(
          wave([1, 2, 3, 3]), wave([2, 4, 3, 3]), wave([4]),
          window: Window(stride: 2, padding: .same), outputPadding: 1)
      }
    ),
    (
      "images of no pixels", ["[1, 2, 0, 4]"],
      {
        _ = convolution(
          wave([1, 2, 0, 4]), wave([4, 2, 1, 1]), wave([4]), window: Window(padding: 1))
      }
    ),
    (
      "images of no channels", ["[1, 0, 4, 4]"],
      { _ = convolution(wave([1, 0, 4, 4]), wave([4, 0, 1, 1]), wave([4])) }
    ),
    (
      "no kernels", ["[0, 2, 1, 1]"],
      { _ = convolution(wave([1, 2, 4, 4]), wave([0, 2, 1, 1]), wave([0])) }
    ),
    (
      "images smaller than padding", ["[1, 2, 1, 1]", "[2, 4, 1, 1]"],
      {
        _ = transposedConvolution(
          wave([1, 2, 1, 1]), wave([2, 4, 1, 1]), wave([4]), window: Window(padding: 1))
      }
    ),
    ("resizing of no pixels", ["[1, 2, 0, 4]"], { _ = wave([1, 2, 0, 4]).resized(to: [8, 8]) }),
    ("no classes", ["0"], { _ = oneHot(wave([0]), classes: 0) }),
    ("fewer than no classes", ["-1"], { _ = oneHot(wave([0]), classes: -1) }),
    ("fewer than no segments", ["-1"], { _ = wave([0, 2]).segmentSum([], count: -1) }),
    ("label between", ["0.5"], { _ = oneHot(Tensor([0.5], shape: [1]), classes: 2) }),
    ("index of none", ["nan"], { _ = embedding(Tensor([.nan], shape: [1]), in: wave([3, 2])) }),
  ]

  private static let losses: [Refusal] = [
    (
      "weights wider than logits", ["[3]", "[2, 3]"],
      { _ = sigmoidCrossEntropy(wave([3]), wave([3]), weights: wave([2, 3])) }
    ),
    (
      "weights of other logits", ["[2, 3]", "[2]"],
      { _ = sigmoidCrossEntropy(wave([2, 3]), wave([2, 3]), weights: wave([2])) }
    ),
    (
      "positive weight", ["-1.0"],
      { _ = sigmoidCrossEntropy(wave([3]), wave([3]), weights: wave([3]), positiveWeight: -1) }
    ),
    ("balance", ["1.5"], { _ = focalLoss(wave([3]), wave([3]), balance: 1.5) }),
    ("focus", ["-1.0"], { _ = focalLoss(wave([3]), wave([3]), focus: -1) }),
    ("delta", ["nan"], { _ = huberLoss(wave([3]), wave([3]), delta: .nan) }),
    ("smoothing", ["-1.0"], { _ = diceLoss(wave([3]), wave([3]), smoothing: -1) }),
    ("penalty", ["inf"], { _ = Penalty.l1(.infinity) }),
  ]

  private static let rules: [Refusal] = [
    ("rate", ["nan"], { _ = SGD(learningRate: .nan) }),
    ("negative rate", ["-0.1"], { _ = Adam(learningRate: -0.1) }),
    ("endless rate", ["inf"], { _ = RMSprop(learningRate: .infinity) }),
    ("rate of AdamW", ["nan"], { _ = AdamW(learningRate: .nan) }),
    ("rate of Nadam", ["-1.0"], { _ = Nadam(learningRate: -1) }),
    ("momentum", ["1.0"], { _ = SGD(learningRate: 0.1, momentum: 1) }),
    ("negative momentum", ["-0.5"], { _ = SGD(learningRate: 0.1, momentum: -0.5) }),
    ("velocity", ["nan"], { _ = RMSprop(momentum: .nan) }),
    ("mean square", ["1.0"], { _ = RMSprop(decay: 1) }),
    ("mean decay", ["1.0"], { _ = Adam(decay: (1, 0.999)) }),
    ("square decay", ["1.5"], { _ = AdamW(decay: (0.9, 1.5)) }),
    ("decay of Nadam", ["-0.1"], { _ = Nadam(decay: (-0.1, 0.999)) }),
    ("momentum decay", ["-1.0"], { _ = Nadam(momentumDecay: -1) }),
    ("epsilon", ["-1e-08"], { _ = Adam(epsilon: -1e-8) }),
    ("weight decay", ["inf"], { _ = WeightDecay(.infinity) }),
    ("search", ["nan"], { _ = LBFGS(learningRate: .nan) }),
    ("search without end", ["inf"], { _ = LBFGS(learningRate: .infinity) }),
    ("searches", ["0"], { _ = LBFGS(evaluations: 0) }),
  ]

  private static let plans: [Refusal] = [
    ("steps of none", ["every: 0"], { _ = Schedule.steps(every: 0, factor: 0.5).share(at: 1) }),
    ("cosine over none", ["over: 0"], { _ = Schedule.cosine(over: 0).share(at: 1) }),
    ("restarts of none", ["first: 0"], { _ = Schedule.cosineRestarts(first: 0).share(at: 1) }),
    ("factor", ["nan"], { _ = Schedule.exponential(factor: .nan).share(at: 1) }),
    ("negative factor", ["-0.5"], { _ = Schedule.milestones([2], factor: -0.5).share(at: 3) }),
    ("minimum", ["-0.1"], { _ = Schedule.cosine(over: 10, minimum: -0.1).share(at: 3) }),
    (
      "start", ["nan"],
      {
        _ = Trainer(Adam(), epochs: 1).scheduling(.warmUp(over: 3, from: .nan), by: .step)
      }
    ),
    ("plateau", ["-1.0"], { _ = Plateau(.minimize, threshold: .relative(-1)) }),
    ("floor", ["nan"], { _ = Plateau(.minimize, minimum: .nan) }),
    (
      "decay of an average", ["1.0"],
      { _ = Trainer(Adam(), epochs: 1).averaging(.exponential(decay: 1)) }
    ),
    (
      "no decay of an average", ["nan"],
      { _ = Trainer(Adam(), epochs: 1).averaging(.exponential(decay: .nan)) }
    ),
    (
      "start of an average", ["-1"],
      { _ = Trainer(Adam(), epochs: 1).averaging(.uniform(fromEpoch: -1)) }
    ),
    ("clipping", ["nan"], { _ = Trainer(Adam(), epochs: 1).clipping(.norm(.nan)) }),
    ("values", ["0.0"], { _ = Trainer(Adam(), epochs: 1).clipping(.value(0)) }),
    (
      "folds", ["1 examples", "2 folds"],
      { _ = ExampleSplit.folds(2, of: 1, using: RandomStream(seed: 1)) }
    ),
    (
      "examples", ["-1"],
      { _ = ExampleSplit(of: -1, test: 0.5, using: RandomStream(seed: 1)) }
    ),
  ]

  private static let scores: [Refusal] = [
    ("Brier", ["1.5"], { _ = brierScore(probabilities: [0.5, 1.5], labels: [1, 0]) }),
    ("Brier of none", ["nan"], { _ = brierScore(probabilities: [.nan], labels: [1]) }),
    ("Brier's label", ["2"], { _ = brierScore(probabilities: [0.5], labels: [2]) }),
    (
      "top of no number", ["not a number"],
      { _ = topAccuracy(1, scores: [[.nan, 1]], labels: [0]) }
    ),
    ("confusion", ["-1"], { _ = confusionMatrix(of: [0], labels: [0], classes: -1) }),
    ("ragged confusion", ["[2, 1]"], { _ = classScores(of: [[1, 2], [3]]) }),
    ("area", ["1.5"], { _ = aucError(auc: 1.5, positives: 2, negatives: 2) }),
    ("peak", ["0.0"], { _ = peakSignalToNoise([1], [0], peak: 0) }),
    ("no row", ["0"], { _ = borderDice([true], [true], width: 0, tolerance: 1) }),
    ("tolerance", ["-1"], { _ = borderDice([true], [true], width: 1, tolerance: -1) }),
    (
      "rows", ["[2, 3]", "2"],
      { _ = meanSquaredErrors(of: [[1, 2], [3, 4]], restored: wave([2, 3])) }
    ),
    ("components", ["3", "2"], { _ = PrincipalComponents(of: [[1, 2, 3], [4, 5]]) }),
    (
      "component of another", ["3", "2"],
      { _ = PrincipalComponents(of: [[1, 2], [4, 5]]).residual(of: [1, 2, 3], components: 1) }
    ),
  ]

  private static let refusals = layers + operations + losses + rules + plans + scores

  @Test(arguments: refusals.indices) func numberWithoutMeaningIsNamed(index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in Self.refusals[index].run() }
    let message =
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      .split(separator: "\n").first { $0.contains("Fatal error: ") } ?? ""
    // Not one of Swift's own, which an optimised program leaves out.
    #expect(!message.hasPrefix("Swift/"), "\(Self.refusals[index].name): \(message)")
    for words in Self.refusals[index].words {
      #expect(message.contains(words), "\(Self.refusals[index].name): \(message)")
    }
  }
}
