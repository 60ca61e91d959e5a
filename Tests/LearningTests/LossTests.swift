import Learning
import Tensors
import Testing

/// Losses and their gradients as in PyTorch: `Reference/losses.py`.
@Suite struct LossTests {
  private static let target = wave([5, 7], from: 3) + 0.51
  private static let losses: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("mean absolute", { meanAbsoluteError($0, target) }),
    ("huber", { huberLoss($0, target, delta: 0.7) }),
    ("poisson", { poissonNegativeLogLikelihood($0, target) }),
    (
      "weighted",
      {
        sigmoidCrossEntropy($0, target, weights: wave([5, 1], from: 2) + 1, positiveWeight: 2.5)
      }
    ),
    ("dice", { diceLoss(sigmoid($0), target) }),
    ("divergence", { normalDivergence(mean: $0, logVariance: target) }),
    ("soft", { softmaxCrossEntropy($0, shares: softmax(target)) }),
    (
      "smoothed",
      {
        softmaxCrossEntropy(
          $0, Tensor([0, 3, 6, 2, 5], shape: [5]), classWeights: wave([7], from: 4) + 1,
          smoothing: 0.1)
      }
    ),
    ("focal", { focalLoss($0, target.compared(.greater, 0.5)) }),
    (
      "divergence of two",
      { normalDivergence(mean: $0, logVariance: target, from: target, $0) }
    ),
    (
      "evidence of bernoulli",
      {
        negativeEvidenceBound(
          $0, target, likelihood: .bernoulli, mean: target, logVariance: target, weight: 2)
      }
    ),
    (
      "evidence of normal",
      {
        negativeEvidenceBound(
          $0, target, likelihood: .normal(deviation: 0.3), mean: target, logVariance: target,
          weight: 2)
      }
    ),
  ]

  @Test func maskedClassesCountNothing() {
    // PyTorch's cross_entropy gives 0.753805 with these weights, and 0.893668 without.
    let logits = Tensor([1, 2, -.infinity, 0.5, 1, -.infinity], shape: [2, 3]).asVariable()
    let labels = Tensor([0, 1], shape: [2])
    let weights = Tensor([1, 2, 1], shape: [3])
    let weighted = softmaxCrossEntropy(logits, labels, classWeights: weights, smoothing: 0)
    #expect(abs(weighted.scalar - 0.753805) < 1e-5)
    let shared = softmaxCrossEntropy(logits, shares: oneHot(labels, classes: 3))
    #expect(abs(shared.scalar - 0.893668) < 1e-5)
    for loss in [weighted, shared] {
      #expect(gradients(of: loss, at: [logits])[0].isFinite)
    }
  }

  @Test func lossesAndGradientsAreThoseOfPyTorch() throws {
    let numbers = try ReferenceNumbers("losses")
    for (name, loss) in Self.losses {
      let point = (wave([5, 7]) * 4).asVariable()
      let value = loss(point)
      let found = [value.scalar] + gradients(of: value, at: [point])[0].scalars
      try numbers.expect(found.map { Double($0) }, name, within: 2e-6)
    }
  }

  @Test func weightsOfOneChangeNothing() {
    let (x, t) = (wave([4, 3]) * 9, wave([4, 3], from: 5) + 0.5)
    let weighted = sigmoidCrossEntropy(x, t, weights: 1).scalar
    #expect(abs(weighted - sigmoidCrossEntropy(x, t).scalar) < 1e-6)
  }
}
