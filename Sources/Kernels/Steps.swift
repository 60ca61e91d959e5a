#if !DoublePrecision
  /// Moves parameters one step of Adam in place; the storages are of the same layout.
  package func adamStep(
    _ parameter: Storage, along gradient: Storage, mean: Storage, square: Storage, _ step: AdamStep
  ) {
    let (p, g, m, v) = (parameter.scalars, gradient.scalars, mean.scalars, square.scalars)
    let (keptMean, newMean) = (
      Vector(repeating: step.meanDecay), Vector(repeating: 1 - step.meanDecay)
    )
    let (keptSquare, newSquare) = (
      Vector(repeating: step.squareDecay), Vector(repeating: 1 - step.squareDecay)
    )
    let (rate, correction) = (
      Vector(repeating: step.rate), Vector(repeating: step.squareCorrection)
    )
    let epsilon = Vector(repeating: step.epsilon)
    for offset in stride(from: 0, to: parameter.count, by: 16) {
      let slope = g[vector: offset]
      let mean = keptMean * m[vector: offset] + newMean * slope
      let square = keptSquare * v[vector: offset] + newSquare * slope * slope
      m[vector: offset] = mean
      v[vector: offset] = square
      p[vector: offset] -= rate * mean / (square.squareRoot() * correction + epsilon)
    }
  }

  /// Moves parameters one step with momentum in place; without a velocity, against the gradient.
  package func momentumStep(
    _ parameter: Storage, along gradient: Storage, velocity: Storage?, rate: Scalar,
    momentum: Scalar, looksAhead: Bool
  ) {
    let (p, g) = (parameter.scalars, gradient.scalars)
    let rate = Vector(repeating: rate)
    guard let velocity else {
      for offset in stride(from: 0, to: parameter.count, by: 16) {
        p[vector: offset] -= rate * g[vector: offset]
      }
      return
    }
    let (v, kept) = (velocity.scalars, Vector(repeating: momentum))
    for offset in stride(from: 0, to: parameter.count, by: 16) {
      let slope = g[vector: offset]
      let new = kept * v[vector: offset] + slope
      v[vector: offset] = new
      p[vector: offset] -= rate * (looksAhead ? slope + kept * new : new)
    }
  }
#endif
