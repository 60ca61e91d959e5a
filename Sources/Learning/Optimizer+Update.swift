import Foundation
import Kernels
import Tensors

extension Adam {
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    prepare(&means, for: gradient.tensors)
    prepare(&squares, for: gradient.tensors)
    step += 1
    let rule = AdamStep(
      rate: learningRate / (1 - pow(decay.mean, Scalar(step))), meanDecay: decay.mean,
      squareDecay: decay.square,
      squareCorrection: 1 / (1 - pow(decay.square, Scalar(step))).squareRoot(), epsilon: epsilon)
    model.move(along: gradient) { index, parameter, slope in
      means[index].withOwnStorage(like: slope) { mean in
        squares[index].withOwnStorage(like: slope) { square in
          adamStep(parameter, along: slope, mean: mean, square: square, rule)
        }
      }
    }
  }
}

extension SGD {
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Gradient<Model>)
  {
    if momentum != 0 { prepare(&velocities, for: gradient.tensors) }
    step += 1
    model.move(along: gradient) { index, parameter, slope in
      guard momentum != 0 else {
        return momentumStep(
          parameter, along: slope, velocity: nil, rate: learningRate, momentum: 0,
          looksAhead: false)
      }
      velocities[index].withOwnStorage(like: slope) { velocity in
        momentumStep(
          parameter, along: slope, velocity: velocity, rate: learningRate, momentum: momentum,
          looksAhead: isNesterov)
      }
    }
  }
}

/// Fills what an optimizer remembers with zeros at its first step, and checks it at later ones.
private func prepare(_ slots: inout [Tensor], for gradients: [Tensor]) {
  if slots.isEmpty { slots = gradients.map { Tensor(repeating: 0, shape: $0.shape) } }
  precondition(
    slots.count == gradients.count && zip(slots, gradients).allSatisfy { $0.shape == $1.shape },
    """
    the optimizer remembers parameters of shapes \(slots.map(\.shape)), not those of this model, \
    \(gradients.map(\.shape)): each model needs an optimizer of its own
    """)
}
