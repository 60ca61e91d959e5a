/// A function that a layer may end with.
package enum Nonlinearity: Hashable, Sendable {
  case identity, relu, tanh, sigmoid, softplus, elu, leakyRelu, silu, gelu, geluTanh

  /// What the leaky rectifier multiplies negative scalars by.
  static let leak: Scalar = 0.01
}

/// A function of each scalar.
package enum UnaryFunction: Hashable, Sendable {
  case negate, exp, log, squareRoot, absolute, sign, sin, cos, erf
  case power(Scalar)
  case activate(Nonlinearity)

  /// Whether zero is sent to zero, so that the zeros that pad a layout stay what they are.
  var keepsZero: Bool {
    switch self {
    case .negate, .squareRoot, .absolute, .sign, .sin, .erf: true
    case .exp, .log, .power, .cos: false
    case .activate(let function): function != .sigmoid && function != .softplus
    }
  }
}

/// How two scalars are compared.
package enum Relation: Hashable, Sendable {
  case greater, greaterOrEqual, equal, less, lessOrEqual, notEqual
}

/// A function of two scalars.
package enum BinaryFunction: Hashable, Sendable {
  case add, subtract, multiply, divide, maximum
  /// 1 where the relation holds, else 0.
  case compare(Relation)
  /// 1 where the first operand is greater, 1/2 where they are equal, else 0.
  case step
  /// The slope of a nonlinearity times the first operand; the second is the value there or, of an
  /// elu, silu or gelu, the argument.
  case slope(Nonlinearity)

  /// Whether two zeros are sent to zero, so that the zeros that pad a layout stay what they are.
  var keepsZero: Bool {
    switch self {
    case .add, .subtract, .multiply, .maximum, .slope: true
    case .compare(let relation): relation == .greater || relation == .less || relation == .notEqual
    case .divide, .step: false
    }
  }
}

/// How the right operand meets the left.
package enum Stretch: Hashable, Sendable {
  case none, scalar
  /// The operand is one row, used for every row of the left.
  case row(width: Int)
  /// The operand is one scalar for each row of the left, and begins again where it ends: of a
  /// channel of images, say.
  case column(width: Int)
}

/// The extents of a matrix product: `[rows, inner] · [inner, columns]`.
package struct ProductExtents: Hashable, Sendable {
  package let rows, inner, columns: Int
  package init(rows: Int, inner: Int, columns: Int) {
    (self.rows, self.inner, self.columns) = (rows, inner, columns)
  }
  var multiplications: Int { rows * inner * columns }
}

/// Whether each factor of a product is read transposed.
package struct Transposition: Hashable, Sendable {
  package var left, right: Bool
  package init(left: Bool = false, right: Bool = false) { (self.left, self.right) = (left, right) }
}

/// An array seen as `[outer, middle, inner]`, of which the middle axis is summed, repeated or cut.
package struct Span: Hashable, Sendable {
  package let outer, middle, inner: Int
  package init(outer: Int, middle: Int, inner: Int) {
    (self.outer, self.middle, self.inner) = (outer, middle, inner)
  }
  package var count: Int { outer * middle * inner }
}
