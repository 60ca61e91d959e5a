import Kernels

extension Tensor {
  /// Whether no scalar is infinite or not a number.
  public var isFinite: Bool { plain.array.allSatisfy(\.isFinite) }

  /// Where a computation left the finite numbers.
  package enum Fault: Hashable, Sendable {
    /// In the variable of this position itself.
    case variable(Int)
    /// In an operation on the variable of this position, or after it before the next.
    case operation(after: Int)
    /// In a constant that the computation was given.
    case constant
  }

  /// Returns where the first tensor of a computation that is not finite comes from.
  ///
  /// - Parameter variables: What the computation started from, such as a model's parameters.
  /// - Returns: The first place in the order of computation, or `nil` if everything is finite.
  package func firstFault(among variables: [Tensor]) -> Fault? {
    if let position = variables.firstIndex(where: { !$0.isFinite }) { return .variable(position) }
    var positions: [UInt64: Int] = [:]
    for (position, variable) in variables.enumerated() {
      if let origin = variable.origin { positions[origin.index] = position }
    }
    var lastPosition: [UInt64: Int] = [:]
    for step in steps {
      guard let origin = step.origin else { continue }
      let inputs = (0..<origin.inputs.count).map { origin.inputs[$0] }
      let direct = inputs.compactMap { $0.origin.flatMap { positions[$0.index] } }.max()
      let inherited = inputs.compactMap { $0.origin.flatMap { lastPosition[$0.index] } }.max()
      let position = direct ?? inherited
      lastPosition[origin.index] = position
      guard !step.isFinite else { continue }
      if inputs.contains(where: { $0.origin == nil && !$0.isFinite }) { return .constant }
      return position.map { .operation(after: $0) } ?? .constant
    }
    return nil
  }

  /// Returns, for each variable, the shape of the last tensor that this one was computed from in which
  /// the variable met something that is not computed of variables alone, such as the data.
  ///
  /// - Parameter variables: What the computation started from, such as a model's parameters.
  /// - Returns: What a layer of these parameters puts out, or `nil` where they are not used.
  package func shapesOfUse(of variables: [Tensor]) -> [Shape?] {
    var positions: [UInt64: Set<Int>] = [:]
    for (position, variable) in variables.enumerated() {
      if let origin = variable.origin { positions[origin.index] = [position] }
    }
    var shapes = [Shape?](repeating: nil, count: variables.count)
    var uses: [UInt64: Set<Int>] = [:]
    for step in steps {
      guard let origin = step.origin, origin.inputs.count > 0 else { continue }
      let inputs = (0..<origin.inputs.count).map { origin.inputs[$0] }
      // The rows of a product are brought back into the axes that they came from.
      if case .reshape = origin.operation, step.shape.width == inputs[0].shape.width,
        let source = inputs[0].origin, let used = uses[source.index]
      {
        for position in used { shapes[position] = step.shape }
      }
      let known = inputs.map { $0.origin.flatMap { positions[$0.index] } }
      let used = known.compactMap { $0 }.reduce(into: Set()) { $0.formUnion($1) }
      if known.allSatisfy({ $0 != nil }) {
        positions[origin.index] = used
      } else {
        uses[origin.index] = used
        for position in used { shapes[position] = step.shape }
      }
    }
    return shapes
  }

  /// Every tensor that this one was computed from, and itself, in the order of computation.
  private var steps: [Tensor] {
    var found: [UInt64: Tensor] = [:]
    var open = [self]
    while let tensor = open.popLast() {
      guard let origin = tensor.origin, found[origin.index] == nil else { continue }
      found[origin.index] = tensor
      for position in 0..<origin.inputs.count { open.append(origin.inputs[position]) }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}
