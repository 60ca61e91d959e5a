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
  ]

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
