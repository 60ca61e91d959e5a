import func Kernels.require

/// The directions in which examples vary most, as a linear baseline for an autoencoder.
public struct PrincipalComponents: Sendable {
  /// The mean example.
  public let mean: [Double]
  /// Orthonormal directions, the one of the greatest variance first.
  public let directions: [[Double]]
  /// The variance along each direction (over n - 1).
  public let variances: [Double]

  /// Finds the components of examples by diagonalising their covariance.
  ///
  /// - Parameter examples: At least two rows of one length.
  public init(of examples: [[Double]]) {
    require(examples.count > 1, "principal components need two examples or more")
    let width = examples[0].count
    for row in examples {
      require(row.count == width, "examples of \(width) and \(row.count) numbers differ in length")
    }
    var mean = [Double](repeating: 0, count: width)
    for row in examples { for column in 0..<width { mean[column] += row[column] } }
    mean = mean.map { $0 / Double(examples.count) }
    var covariance = [Double](repeating: 0, count: width * width)
    for row in examples {
      let centred = zip(row, mean).map { $0 - $1 }
      for i in 0..<width where centred[i] != 0 {
        for j in i..<width { covariance[i * width + j] += centred[i] * centred[j] }
      }
    }
    for i in 0..<width {
      for j in i..<width {
        covariance[i * width + j] /= Double(examples.count - 1)
        covariance[j * width + i] = covariance[i * width + j]
      }
    }
    self.init(mean: mean, covariance: covariance)
  }

  /// Finds the components of a distribution by diagonalising its covariance.
  ///
  /// - Parameters:
  ///   - mean: The mean example.
  ///   - covariance: The rows of a symmetric matrix, one after another.
  public init(mean: [Double], covariance: [Double]) {
    require(
      covariance.count == mean.count * mean.count,
      "\(covariance.count) covariances do not fit \(mean.count) means")
    let (values, vectors) = eigenvectors(ofSymmetric: covariance, width: mean.count)
    let order = values.indices.sorted { values[$0] > values[$1] }
    self.mean = mean
    variances = order.map { max(values[$0], 0) }
    directions = order.map { vectors[$0] }
  }

  /// The share of the variance that the first `count` components leave: the sum of the other variances
  /// by that of all.
  public func residualShare(components count: Int) -> Double {
    variances.dropFirst(count).reduce(0, +) / variances.reduce(0, +)
  }

  /// Returns the mean of the squares of what the first `count` components leave of an example; with
  /// none, its distance to the mean.
  public func residual(of example: [Double], components count: Int) -> Double {
    require(
      example.count == mean.count,
      "an example of \(example.count) numbers does not meet components of \(mean.count)")
    var rest = zip(example, mean).map { $0 - $1 }
    for direction in directions.prefix(count) {
      let length = zip(rest, direction).reduce(0) { $0 + $1.0 * $1.1 }
      for column in rest.indices { rest[column] -= length * direction[column] }
    }
    return rest.reduce(0) { $0 + $1 * $1 } / Double(rest.count)
  }
}

/// Returns the eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations
/// (Golub and Van Loan, *Matrix Computations*, 8.5).
private func eigenvectors(
  ofSymmetric matrix: [Double], width n: Int
) -> (values: [Double], vectors: [[Double]]) {
  var a = matrix
  // Row i of `v` is the i-th eigenvector.
  var v = [Double](repeating: 0, count: n * n)
  for i in 0..<n { v[i * n + i] = 1 }
  let scale = a.reduce(0) { $0 + $1 * $1 }
  for _ in 0..<60 {
    var off = 0.0
    for p in 0..<n { for q in 0..<n where p != q { off += a[p * n + q] * a[p * n + q] } }
    if off <= 1e-28 * scale { break }
    for p in 0..<n - 1 {
      for q in p + 1..<n where a[p * n + q] != 0 { rotate(&a, &v, p, q, n) }
    }
  }
  return (
    (0..<n).map { a[$0 * n + $0] }, (0..<n).map { i in (0..<n).map { v[i * n + $0] } }
  )
}

/// Makes the element at row `p`, column `q` zero.
private func rotate(_ a: inout [Double], _ v: inout [Double], _ p: Int, _ q: Int, _ n: Int) {
  let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
  let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
  let c = 1 / (t * t + 1).squareRoot()
  let s = t * c
  for k in 0..<n {
    let (x, y) = (a[p * n + k], a[q * n + k])
    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
    let (u, w) = (v[p * n + k], v[q * n + k])
    (v[p * n + k], v[q * n + k]) = (c * u - s * w, s * u + c * w)
  }
  for k in 0..<n {
    let (x, y) = (a[k * n + p], a[k * n + q])
    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
  }
}

extension PrincipalComponents {
  /// Takes the components of a stationary signal of mean 0 from its autocovariance at lags from 0, one
  /// for each sample of a window.
  public init(autocovariance: [Double]) {
    let lags = autocovariance.indices
    self.init(
      mean: lags.map { _ in 0 },
      covariance: lags.flatMap { i in lags.map { autocovariance[abs(i - $0)] } })
  }
}
