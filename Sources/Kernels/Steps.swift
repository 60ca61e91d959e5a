#if !DoublePrecision
  import CVectors

  /// Moves parameters one step of Adam in place; the storages are of the same layout.
  package func adamStep(
    _ parameter: Storage, along gradient: Storage, mean: Storage, square: Storage, _ step: AdamStep
  ) {
    let (p, g, m, v) = (parameter.scalars, gradient.scalars, mean.scalars, square.scalars)
    var numbers = vectors_adam_step(
      rate: step.rate, mean_decay: step.meanDecay, square_decay: step.squareDecay,
      square_correction: step.squareCorrection, epsilon: step.epsilon)
    Threads.parallel(count: parameter.count, grain: elementGrain / 4) { range in
      let start = range.lowerBound
      vectors_adam(p + start, g + start, m + start, v + start, range.count, &numbers)
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
