import Foundation

/// Every kernel as the plainest loop, in Double: what the fast kernels are compared with, and what
/// computes where the package trait `DoublePrecision` is set.
package enum Reference {
  package static func value(_ function: UnaryFunction, _ x: Double) -> Double {
    switch function {
    case .negate: -x
    case .exp: exp(x)
    case .log: log(x)
    case .squareRoot: x.squareRoot()
    case .absolute: abs(x)
    case .sign: x > 0 ? 1 : x < 0 ? -1 : x
    case .sin: sin(x)
    case .cos: cos(x)
    case .erf: erf(x)
    case .power(let exponent): pow(x, Double(exponent))
    case .activate(let function): value(function, x)
    }
  }

  package static func value(_ function: Nonlinearity, _ x: Double) -> Double {
    switch function {
    case .identity: x
    case .relu: x < 0 ? 0 : x
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .softplus: (x < 0 ? 0 : x) + log1p(exp(-abs(x)))
    case .elu: x > 0 ? x : expm1(x)
    case .leakyRelu: x < 0 ? x * Double(Nonlinearity.leak) : x
    case .silu: x / (1 + exp(-x))
    case .gelu: 0.5 * x * (1 + erf(x * 0.5.squareRoot()))
    case .geluTanh: 0.5 * x * (1 + tanh(geluArgument(x)))
    }
  }

  package static func value(_ function: BinaryFunction, _ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a.isNaN || b.isNaN ? .nan : a > b ? a : b
    case .compare(.greater): a > b ? 1 : 0
    case .compare(.greaterOrEqual): a >= b ? 1 : 0
    case .compare(.equal): a == b ? 1 : 0
    case .compare(.less): a < b ? 1 : 0
    case .compare(.lessOrEqual): a <= b ? 1 : 0
    case .compare(.notEqual): a != b ? 1 : 0
    case .step: a > b ? 1 : a == b ? 0.5 : 0
    case .slope(.identity): a
    case .slope(.relu): b <= 0 ? 0 : a
    case .slope(.tanh): a * (1 - b * b)
    case .slope(.sigmoid): a * b * (1 - b)
    case .slope(.softplus): a * -expm1(-b)
    case .slope(.elu): b > 0 ? a : a * exp(b)
    case .slope(.leakyRelu): b > 0 ? a : a * Double(Nonlinearity.leak)
    case .slope(.silu): a * (1 + b * (1 - value(.sigmoid, b))) * value(.sigmoid, b)
    case .slope(.gelu):
      a * (0.5 * (1 + erf(b * 0.5.squareRoot())) + b * exp(-0.5 * b * b) / (2 * .pi).squareRoot())
    case .slope(.geluTanh): a * geluTanhSlope(b)
    }
  }

  private static func geluArgument(_ x: Double) -> Double {
    (2 / .pi).squareRoot() * (x + 0.044715 * x * x * x)
  }

  private static func geluTanhSlope(_ x: Double) -> Double {
    let t = tanh(geluArgument(x))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (2 / .pi).squareRoot()
      * (1 + 0.134145 * x * x)
  }

  package static func elementwise(
    _ function: BinaryFunction, _ a: [Double], _ b: [Double], _ stretch: Stretch = .none
  ) -> [Double] {
    a.indices.map { index in
      switch stretch {
      case .none: value(function, a[index], b[index])
      case .scalar: value(function, a[index], b[0])
      case .row(let width): value(function, a[index], b[index % width])
      case .column(let width): value(function, a[index], b[index / width % b.count])
      }
    }
  }

  /// Returns what `combine` makes of each line of scalars along the middle axis.
  package static func along(
    _ x: [Double], _ span: Span, _ combine: ([Double]) -> Double
  ) -> [Double] {
    (0..<span.outer * span.inner).map { index in
      let (outer, inner) = (index / span.inner, index % span.inner)
      return combine(
        (0..<span.middle).map { x[(outer * span.middle + $0) * span.inner + inner] })
    }
  }

  package static func sum(_ x: [Double], _ span: Span) -> [Double] {
    along(x, span) { $0.reduce(0, +) }
  }

  package static func maximum(_ x: [Double], _ span: Span) -> [Double] {
    along(x, span) { $0.reduce(-.infinity) { value(.maximum, $0, $1) } }
  }

  package static func matrixProduct(
    _ a: [Double], _ b: [Double], _ extents: ProductExtents,
    transposing transposition: Transposition = Transposition()
  ) -> [Double] {
    let (rows, inner, columns) = (extents.rows, extents.inner, extents.columns)
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for index in 0..<inner {
        let left = a[transposition.left ? index * rows + row : row * inner + index]
        for column in 0..<columns {
          let right = b[transposition.right ? column * inner + index : index * columns + column]
          result[row * columns + column] += left * right
        }
      }
    }
    return result
  }

  package static func batchedProduct(
    _ a: [Double], _ b: [Double], count: Int, _ extents: ProductExtents,
    transposing transposition: Transposition = Transposition()
  ) -> [Double] {
    let (left, right) = (extents.rows * extents.inner, extents.inner * extents.columns)
    return (0..<count).flatMap { index in
      matrixProduct(
        Array(a[index * left..<(index + 1) * left]),
        Array(b[index * right..<(index + 1) * right]), extents, transposing: transposition)
    }
  }

  package static func linear(
    _ x: [Double], _ weight: [Double], _ bias: [Double], _ extents: ProductExtents,
    activation: Nonlinearity
  ) -> [Double] {
    matrixProduct(x, weight, extents).enumerated().map { index, product in
      value(activation, product + bias[index % extents.columns])
    }
  }

  package static func softmax(_ x: [Double], width: Int) -> [Double] {
    logSoftmax(x, width: width).map { exp($0) }
  }

  package static func logSoftmax(_ x: [Double], width: Int) -> [Double] {
    stride(from: 0, to: x.count, by: width).flatMap { row in
      let scalars = x[row..<row + width]
      let greatest = scalars.max() ?? 0
      let rest = log(scalars.reduce(0) { $0 + exp($1 - greatest) })
      return scalars.map { $0 - greatest - rest }
    }
  }

  package static func softmaxCrossEntropy(_ x: [Double], labels: [Double], width: Int) -> Double {
    let logarithms = logSoftmax(x, width: width)
    return labels.enumerated().reduce(0) { sum, row in
      sum - logarithms[row.offset * width + Int(row.element)]
    } / Double(labels.count)
  }

  package static func sigmoidCrossEntropy(_ x: [Double], _ targets: [Double]) -> Double {
    zip(x, targets).reduce(0) { $0 + value(.softplus, $1.0) - $1.0 * $1.1 } / Double(x.count)
  }

  package static func meanSquaredDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)
  }
}
