import Kernels
import Testing

/// Every kernel against its plain reference in Double, at shapes that end inside a vector.
@Suite struct KernelTests {
  private static let counts = [1, 3, 16, 17, 31, 33, 100, 5000]

  private func scalars(_ count: Int, from start: Int = 0, scale: Scalar = 3) -> Storage {
    Storage(
      (0..<count).map { (Scalar((($0 + start) * 7919 + 11) % 4001) / 4001 - 0.5) * 2 * scale })
  }

  private func numbers(_ storage: Storage) -> [Double] {
    rowMajor(storage).array.map { Double($0) }
  }

  private func expect(
    _ found: Storage, _ expected: [Double], _ tolerance: Double = 2e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = numbers(found)
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(worst < tolerance, sourceLocation: sourceLocation)
  }

  private static let unary: [UnaryFunction] = [
    .negate, .exp, .log, .squareRoot, .absolute, .sign, .power(0), .power(1), .power(2),
    .power(-1), .power(2.5), .activate(.identity), .activate(.relu), .activate(.tanh),
    .activate(.sigmoid), .activate(.softplus),
  ]

  @Test(arguments: unary, counts)
  func unaryFunctionIsThatOfReference(_ function: UnaryFunction, count: Int) {
    let isPositive: Bool =
      switch function {
      case .log, .squareRoot, .power: true
      default: false
      }
    let x = scalars(count)
    if isPositive { for index in 0..<count { x.scalars[index] = abs(x.scalars[index]) + 0.1 } }
    expect(elementwise(function, x), numbers(x).map { Reference.value(function, $0) })
  }

  private static let binary: [BinaryFunction] = [
    .add, .subtract, .multiply, .divide, .maximum, .compare(.greater), .compare(.greaterOrEqual),
    .compare(.equal), .step, .slope(.identity), .slope(.relu), .slope(.tanh), .slope(.sigmoid),
    .slope(.softplus),
  ]

  @Test(arguments: binary, [Stretch.none, .scalar, .row(width: 17), .column(width: 17)])
  func binaryFunctionIsThatOfReference(_ function: BinaryFunction, stretch: Stretch) {
    let x = scalars(17 * 5)
    let y = Storage(scalars(17 * 5, from: 40).array.map { abs($0) + 0.1 })
    // Some are equal, so that comparisons meet all three cases.
    for index in 0..<20 { y.scalars[index] = abs(x.scalars[index]) + 0.1 }
    for index in 3..<9 { x.scalars[index] = y.scalars[index] }
    expect(
      elementwise(function, x, y, stretch),
      Reference.elementwise(function, numbers(x), numbers(y), stretch))
  }

  @Test func selectionTakesFromEither() {
    let (m, a, b) = (Storage([0, 1, -2, 0]), Storage([1, 2, 3, 4]), Storage([5, 6, 7, 8]))
    #expect(numbers(selection(m, a, b)) == [5, 2, 3, 8])
  }

  @Test(arguments: [
    Span(outer: 1, middle: 1, inner: 1), Span(outer: 3, middle: 17, inner: 1),
    Span(outer: 2, middle: 5, inner: 33), Span(outer: 1, middle: 200, inner: 3),
    Span(outer: 1, middle: 100_000, inner: 1), Span(outer: 7, middle: 70, inner: 16),
  ])
  func reductionIsThatOfReference(_ span: Span) {
    let x = scalars(span.count)
    expect(sum(x, span), Reference.sum(numbers(x), span), 1e-5)
    expect(maximum(x, span), Reference.maximum(numbers(x), span))
  }

  @Test func sumOfManyEqualScalarsLosesNothing() {
    let x = Storage(repeating: 0.1, count: 3_000_001)
    let found = Double(sum(x, Span(outer: 1, middle: x.count, inner: 1))[0])
    #expect(abs(found / (Double(Scalar(0.1)) * 3_000_001) - 1) < 1e-6)
  }

  private static let products = [
    ProductExtents(rows: 1, inner: 1, columns: 1), ProductExtents(rows: 3, inner: 17, columns: 5),
    ProductExtents(rows: 33, inner: 100, columns: 19),
    ProductExtents(rows: 2, inner: 0, columns: 3),
  ]

  @Test(arguments: products, [(false, false), (false, true), (true, false), (true, true)])
  func productIsThatOfReference(_ extents: ProductExtents, transposed: (Bool, Bool)) {
    let t = Transposition(left: transposed.0, right: transposed.1)
    let (a, b) = (
      scalars(extents.rows * extents.inner, scale: 1),
      scalars(extents.inner * extents.columns, from: 9, scale: 1)
    )
    expect(
      matrixProduct(a, b, extents, transposing: t),
      Reference.matrixProduct(numbers(a), numbers(b), extents, transposing: t), 1e-5)
  }

  @Test(arguments: products, [Nonlinearity.identity, .relu, .tanh, .sigmoid, .softplus])
  func linearIsThatOfReference(_ extents: ProductExtents, activation: Nonlinearity) {
    let (x, w) = (
      scalars(extents.rows * extents.inner, scale: 1),
      scalars(extents.inner * extents.columns, from: 9, scale: 1)
    )
    let bias = scalars(extents.columns, from: 4)
    expect(
      linear(x, w, bias, extents, activation: activation),
      Reference.linear(numbers(x), numbers(w), numbers(bias), extents, activation: activation),
      1e-5)
  }

  @Test(arguments: [1, 2, 10, 16, 17, 100])
  func softmaxFamilyIsThatOfReference(width: Int) {
    let x = scalars(width * 3, scale: 20)
    let labels = Storage([0, Scalar(width - 1), Scalar(width / 2)])
    expect(softmax(x, width: width), Reference.softmax(numbers(x), width: width))
    expect(logSoftmax(x, width: width), Reference.logSoftmax(numbers(x), width: width))
    #if !DoublePrecision
      expect(
        Storage([softmaxCrossEntropy(x, labels: labels, width: width)]),
        [Reference.softmaxCrossEntropy(numbers(x), labels: numbers(labels), width: width)])
    #endif
  }

  @Test(arguments: counts) func lossesAreThoseOfReference(count: Int) {
    let (x, y) = (scalars(count, scale: 20), scalars(count, from: 5))
    expect(
      Storage([sigmoidCrossEntropy(x, y)]),
      [Reference.sigmoidCrossEntropy(numbers(x), numbers(y))])
    expect(
      Storage([meanSquaredDifference(x, y)]),
      [Reference.meanSquaredDifference(numbers(x), numbers(y))], 1e-5)
  }

  @Test(arguments: [(1, 1), (3, 5), (16, 16), (16, 32), (17, 33)], [1, 2])
  func convolutionIsThatOfReference(channels: (Int, Int), stride: Int) {
    let problem = ConvolutionProblem(
      batch: 2, inputs: channels.0, height: 7, width: 6, outputs: channels.1, kernel: 3,
      stride: stride, padding: 1)
    let x = scalars(2 * channels.0 * 42, scale: 1)
    let w = scalars(channels.0 * channels.1 * 9, from: 3, scale: 1)
    let bias = scalars(channels.1, from: 8)
    let pixels = problem.outputHeight * problem.outputWidth
    let y = scalars(2 * channels.1 * pixels, from: 2, scale: 1)
    for activation in [Nonlinearity.identity, .relu, .sigmoid] {
      expect(
        convolution(x, weight: w, bias: bias, problem, activation: activation),
        Reference.convolution(
          numbers(x), weight: numbers(w), bias: numbers(bias), problem, activation: activation),
        1e-5)
    }
    expect(
      convolutionInput(y, weight: w, problem),
      Reference.convolutionInput(numbers(y), weight: numbers(w), problem), 1e-5)
    expect(
      convolutionWeight(x, output: y, problem),
      Reference.convolutionWeight(numbers(x), output: numbers(y), problem), 1e-5)
    let blocked = convolution(x, weight: w, bias: bias, problem, activation: .identity)
    expect(
      sumOfChannels(blocked, batch: 2, channels: channels.1, pixels: pixels),
      Reference.sumOfChannels(
        numbers(blocked), batch: 2, channels: channels.1, pixels: pixels), 1e-5)
  }
}
