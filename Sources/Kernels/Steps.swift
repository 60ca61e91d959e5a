#if !DoublePrecision
  import CVectors
#endif

// The steps of the optimizers, the same for either precision: one pass over memory, in place. All
// storages of a parameter are of one layout; zeros that pad it stay zeros.

/// The fewest scalars that are worth a thread.
private let stepGrain = elementGrain / 4

/// Calls `body` with the offset of each vector, on several threads where that pays.
@inline(__always) func forEachVector(
  count: Int, _ body: (_ offset: Int) -> Void
) {
  Threads.parallel(count: count, grain: stepGrain) { range in
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 16) { body(offset) }
  }
}

/// The numbers of one step of Adam or one of its kin, computed once for all parameters.
package struct AdamStep: Hashable, Sendable {
  /// What the mean and the gradient are multiplied by: the learning rate over the corrections.
  package var meanRate, slopeRate: Scalar
  package var meanDecay, squareDecay: Scalar
  /// What the root of the mean square is multiplied by.
  package var squareCorrection: Scalar
  package var epsilon: Scalar

  package init(
    meanRate: Scalar, slopeRate: Scalar = 0, meanDecay: Scalar, squareDecay: Scalar,
    squareCorrection: Scalar, epsilon: Scalar
  ) {
    (self.meanRate, self.slopeRate) = (meanRate, slopeRate)
    (self.meanDecay, self.squareDecay) = (meanDecay, squareDecay)
    (self.squareCorrection, self.epsilon) = (squareCorrection, epsilon)
  }
}

/// How a step pulls a parameter towards zero.
package struct StepDecay: Hashable, Sendable {
  /// The multiple of the parameter that is added to its gradient.
  package var added: Scalar
  /// What the parameter is multiplied by before the step.
  package var kept: Scalar

  package init(added: Scalar = 0, kept: Scalar = 1) { (self.added, self.kept) = (added, kept) }
}

/// Moves a parameter one step of Adam, AdamW or Nadam, or with `greatest` of AMSGrad.
package func adamStep(
  _ parameter: Storage, along gradient: Storage, mean: Storage, square: Storage,
  greatest: Storage? = nil, _ step: AdamStep, _ decay: StepDecay = StepDecay()
) {
  let (p, g, m, v) = (parameter.scalars, gradient.scalars, mean.scalars, square.scalars)
  let w = greatest?.scalars
  #if DoublePrecision
    for index in 0..<parameter.count {
      let slope = g[index] + decay.added * p[index]
      m[index] = step.meanDecay * m[index] + (1 - step.meanDecay) * slope
      v[index] = step.squareDecay * v[index] + (1 - step.squareDecay) * slope * slope
      if let w { w[index] = max(w[index], v[index]) }
      let root = (w ?? v)[index].squareRoot() * step.squareCorrection + step.epsilon
      p[index] =
        decay.kept * p[index] - (step.meanRate * m[index] + step.slopeRate * slope) / root
    }
  #else
    var numbers = vectors_adam_step(
      mean_rate: step.meanRate, slope_rate: step.slopeRate, mean_decay: step.meanDecay,
      square_decay: step.squareDecay, square_correction: step.squareCorrection,
      epsilon: step.epsilon, added_decay: decay.added, kept: decay.kept)
    Threads.parallel(count: parameter.count, grain: stepGrain) { range in
      let start = range.lowerBound
      vectors_adam(
        p + start, g + start, m + start, v + start, w.map { $0 + start }, range.count, &numbers)
    }
  #endif
}

/// Moves a parameter one step with momentum; without a velocity, against the gradient.
package func momentumStep(
  _ parameter: Storage, along gradient: Storage, velocity: Storage?, rate: Scalar,
  momentum: Scalar, looksAhead: Bool, _ decay: StepDecay = StepDecay()
) {
  let (p, g) = (parameter.scalars, gradient.scalars)
  guard let v = velocity?.scalars else {
    forEachVector(count: parameter.count) { offset in
      p[vector: offset] -= rate * (g[vector: offset] + decay.added * p[vector: offset])
    }
    return
  }
  forEachVector(count: parameter.count) { offset in
    let slope = g[vector: offset] + decay.added * p[vector: offset]
    let new = momentum * v[vector: offset] + slope
    v[vector: offset] = new
    p[vector: offset] -= rate * (looksAhead ? slope + momentum * new : new)
  }
}

/// The numbers of one step of RMSprop.
package struct RootMeanSquareStep: Hashable, Sendable {
  package var rate, squareDecay, momentum, epsilon: Scalar

  package init(rate: Scalar, squareDecay: Scalar, momentum: Scalar, epsilon: Scalar) {
    (self.rate, self.squareDecay) = (rate, squareDecay)
    (self.momentum, self.epsilon) = (momentum, epsilon)
  }
}

/// Moves a parameter one step of RMSprop: centred if there is a mean, with momentum if there is a
/// velocity.
package func rootMeanSquareStep(
  _ parameter: Storage, along gradient: Storage, square: Storage, mean: Storage?,
  velocity: Storage?, _ step: RootMeanSquareStep, _ decay: StepDecay = StepDecay()
) {
  let (p, g, v) = (parameter.scalars, gradient.scalars, square.scalars)
  let (kept, new) = (step.squareDecay, 1 - step.squareDecay)
  let (m, u) = (mean?.scalars, velocity?.scalars)
  forEachVector(count: parameter.count) { offset in
    let slope = g[vector: offset] + decay.added * p[vector: offset]
    var square = kept * v[vector: offset] + new * slope * slope
    v[vector: offset] = square
    if let m {
      let mean = kept * m[vector: offset] + new * slope
      m[vector: offset] = mean
      square -= mean * mean
    }
    var move = slope / (square.squareRoot() + step.epsilon)
    if let u {
      move += step.momentum * u[vector: offset]
      u[vector: offset] = move
    }
    p[vector: offset] -= step.rate * move
  }
}
