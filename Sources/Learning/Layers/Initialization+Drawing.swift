import Randomness
import Tensors
import func Kernels.require

extension Initialization {
  /// Returns scalars to start from.
  func weights(
    inputs: Int, outputs: Int, shape: Shape, using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    require(shape.count > 0, "a layer has parameters, and not none, of shape \(shape)")
    switch self {
    case .constant(let scalar): return Tensor(repeating: scalar, shape: shape)
    case .uniform(let limit):
      require(limit >= 0 && limit.isFinite, "the limit of a draw is 0 or more, not \(limit)")
      return .uniform(in: Scalar(-limit)...Scalar(limit), shape: shape, using: &randomness)
    case .normal(let deviation):
      require(
        deviation >= 0 && deviation.isFinite, "a standard deviation is 0 or more, not \(deviation)")
      return .normal(deviation: deviation, shape: shape, using: &randomness)
    case .truncatedNormal(let deviation):
      require(
        deviation >= 0 && deviation.isFinite, "a standard deviation is 0 or more, not \(deviation)")
      return truncated(deviation, shape, using: &randomness)
    case .orthogonal(let gain): return orthogonal(gain, shape, using: &randomness)
    case .scaled(let scale, let count, let distribution):
      require(scale >= 0 && scale.isFinite, "a scale of a variance is 0 or more, not \(scale)")
      let variance =
        switch count {
        case .inputs: scale / Double(max(inputs, 1))
        case .outputs: scale / Double(max(outputs, 1))
        case .mean: 2 * scale / Double(max(inputs + outputs, 1))
        }
      return drawing(distribution, variance).weights(
        inputs: inputs, outputs: outputs, shape: shape, using: &randomness)
    }
  }

  private func drawing(_ distribution: Distribution, _ variance: Double) -> Initialization {
    switch distribution {
    case .uniform: .uniform(limit: (3 * variance).squareRoot())
    case .normal: .normal(deviation: variance.squareRoot())
    // What is left of a standard normal's deviation within two deviations.
    case .truncatedNormal:
      .truncatedNormal(deviation: variance.squareRoot() / 0.879_625_661_034_239_78)
    }
  }

  private func truncated(
    _ deviation: Double, _ shape: Shape, using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    let scalars = (0..<shape.count).map { _ in
      var draw = randomness.normal(mean: 0, deviation: 1)
      while abs(draw) > 2 { draw = randomness.normal(mean: 0, deviation: 1) }
      return Scalar(draw * deviation)
    }
    return Tensor(scalars, shape: shape)
  }

  /// The rows of the wider way of a matrix of normal scalars, each less what the ones before have of
  /// it: Gram's and Schmidt's way, twice, after which rounding no longer shows.
  private func orthogonal(
    _ gain: Double, _ shape: Shape, using randomness: inout some RandomNumberGenerator
  ) -> Tensor {
    require(shape.rank >= 2, "shape \(shape) is not that of a matrix, to be orthogonal")
    let (rows, columns) = (shape[0], shape.count / max(shape[0], 1))
    let (count, width) = (min(rows, columns), max(rows, columns))
    var basis: [[Double]] = []
    while basis.count < count {
      var row = (0..<width).map { _ in randomness.normal(mean: 0, deviation: 1) }
      for _ in 0..<2 {
        for other in basis {
          let share = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in row.indices { row[index] -= share * other[index] }
        }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in row.indices { row[index] /= length }
      }
      basis.append(row)
    }
    let scalars = (0..<shape.count).map { index in
      let (row, column) = (index / columns, index % columns)
      return Scalar(gain * (rows <= columns ? basis[row][column] : basis[column][row]))
    }
    return Tensor(scalars, shape: shape)
  }
}
