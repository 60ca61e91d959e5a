import Testing

@testable import Tensors

/// A differentiable function of one or more tensors that shows one kind of operation.
struct Probe: CustomTestStringConvertible, Sendable {
  let kind: OperationKind
  /// Which fused operation, where the kind is that.
  let fusedKind: FusedKind?
  let name: String
  let shapes: [Shape]
  let function: @Sendable ([Tensor]) -> Tensor

  init(
    _ kind: OperationKind, _ name: String = "", _ shapes: Shape...,
    function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (self.kind, self.name, self.shapes, self.function) = (kind, name, shapes, function)
    fusedKind = nil
  }

  init(
    fused kind: FusedKind, _ name: String = "", _ shapes: Shape...,
    function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    (self.kind, fusedKind) = (.fused, kind)
    (self.name, self.shapes, self.function) = ("\(kind) \(name)", shapes, function)
  }

  var isFused: Bool { fusedKind != nil }

  var testDescription: String { "\(kind) \(name)" }

  var points: [Tensor] { shapes.enumerated().map { wave($0.element, from: $0.offset * 5) } }
}

/// Returns scalars from -0.5 to 0.5, none of them nearer to 0 than 0.02.
func wave(_ shape: Shape, from start: Int = 0) -> Tensor {
  Tensor(
    (0..<shape.count).map { index in
      Scalar(((index + start) * 37 + 11) % 23) / 23 - 0.5
    }, shape: shape)
}

/// The kinds of operations, one for each case of `Operation`.
///
/// The compiler asks for a kind for a new operation, and
/// `everyOperationHasProbe` for a probe of a new kind.
enum OperationKind: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, maximum, negate, exp, log, squareRoot, absolute, sine,
    cosine, errorFunction, power
  case sign, compare, step, select, activate, slope, matrixProduct, batchedProduct, permute,
    reshape, broadcast
  case reduce, reduceMaximum, slice, pad, concatenate, gather, scatter, take, put, segmentMaximum,
    argsort
  case cumulativeSum, linear
  case softmax, logSoftmax, sigmoidCrossEntropy, oneHot, convolution
  case transposedConvolution, convolutionInput, convolutionWeight, sumOfChannels, fused
}

extension Tensors.Operation {
  /// The kind, or `nil` for a variable or an alias, which compute nothing.
  var kind: OperationKind? {
    switch self {
    case .variable: nil
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .maximum: .maximum
    case .negate: .negate
    case .exp: .exp
    case .log: .log
    case .squareRoot: .squareRoot
    case .absolute: .absolute
    case .sine: .sine
    case .cosine: .cosine
    case .errorFunction: .errorFunction
    case .power: .power
    case .sign: .sign
    case .compare: .compare
    case .step: .step
    case .select: .select
    case .activate: .activate
    case .slope: .slope
    case .matrixProduct: .matrixProduct
    case .batchedProduct: .batchedProduct
    case .permute: .permute
    case .reshape: .reshape
    case .broadcast: .broadcast
    case .reduce: .reduce
    case .reduceMaximum: .reduceMaximum
    case .slice: .slice
    case .pad: .pad
    case .concatenate: .concatenate
    case .gather: .gather
    case .scatter: .scatter
    case .take: .take
    case .put: .put
    case .segmentMaximum: .segmentMaximum
    case .argsort: .argsort
    case .cumulativeSum: .cumulativeSum
    case .linear: .linear
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax
    case .sigmoidCrossEntropy: .sigmoidCrossEntropy
    case .oneHot: .oneHot
    case .convolution: .convolution
    case .transposedConvolution: .transposedConvolution
    case .convolutionInput: .convolutionInput
    case .convolutionWeight: .convolutionWeight
    case .sumOfChannels: .sumOfChannels
    case .alias: nil
    case .fused: .fused
    }
  }
}

extension Tensor {
  /// The value of each fused operation that the tensor was computed with, and that of its parts.
  var fusedSteps: [(value: Tensor, composed: Tensor)] {
    var found: [(Tensor, Tensor)] = []
    var open = [self]
    while let tensor = open.popLast() {
      guard let origin = tensor.origin else { continue }
      if case .fused(let operation) = origin.operation {
        found.append((tensor.detached(), operation.composed(origin.inputs.detached())))
      }
      for index in 0..<origin.inputs.count { open.append(origin.inputs[index]) }
    }
    return found
  }

  /// The kinds of operations that the tensor was computed with.
  var kinds: Set<OperationKind> {
    var found: Set<OperationKind> = []
    var open = [self]
    while let origin = open.popLast()?.origin {
      if let kind = origin.operation.kind { found.insert(kind) }
      for index in 0..<origin.inputs.count { open.append(origin.inputs[index]) }
      open.removeAll { $0.origin == nil }
    }
    return found
  }
}
