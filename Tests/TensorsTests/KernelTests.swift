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
    .activate(.sigmoid), .activate(.softplus), .activate(.elu), .activate(.leakyRelu),
    .activate(.silu), .activate(.gelu), .activate(.geluTanh), .sin, .cos, .erf,
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
    .slope(.softplus), .slope(.elu), .slope(.leakyRelu), .slope(.silu), .slope(.gelu),
    .slope(.geluTanh), .compare(.less), .compare(.lessOrEqual), .compare(.notEqual),
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
    // Stripes and blocks of the inner axis, factors that are packed, and oneDNN's own product.
    ProductExtents(rows: 15, inner: 300, columns: 70),
    ProductExtents(rows: 39, inner: 20, columns: 300),
    ProductExtents(rows: 1, inner: 40, columns: 33),
    ProductExtents(rows: 33, inner: 40, columns: 1),
    ProductExtents(rows: 5, inner: 270, columns: 260),
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

  @Test(
    arguments: products,
    [Nonlinearity.identity, .relu, .tanh, .sigmoid, .softplus, .elu, .leakyRelu, .gelu])
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
        Storage([softmaxCrossEntropy(x, labels: labels, width: width).mean]),
        [Reference.softmaxCrossEntropy(numbers(x), labels: numbers(labels), width: width)])
    #endif
  }

  @Test(arguments: counts) func lossesAreThoseOfReference(count: Int) {
    let (x, y) = (scalars(count, scale: 20), scalars(count, from: 5))
    expect(
      Storage([sigmoidCrossEntropy(x, y)]),
      [Reference.sigmoidCrossEntropy(numbers(x), numbers(y))])
    #if !DoublePrecision
      expect(
        Storage([meanSquaredDifference(x, y)]),
        [Reference.meanSquaredDifference(numbers(x), numbers(y))], 1e-5)
    #endif
  }

  @Test(arguments: [(1, 1), (3, 5), (16, 16), (16, 32), (17, 33)], [1, 2])
  func convolutionIsThatOfReference(channels: (Int, Int), stride: Int) {
    check(
      ConvolutionProblem(
        batch: 2, inputs: channels.0, outputs: channels.1,
        axes: [7, 6].map {
          SlidingAxis(extent: $0, kernel: 3, stride: stride, before: 1, after: 1)
        }))
  }

  private static let line = SlidingAxis(extent: 6, kernel: 3, stride: 2, before: 0, after: 2)
  private static let wide = SlidingAxis(extent: 5, kernel: 3, dilation: 2, before: 2, after: 1)

  @Test(arguments: [[line], [wide], [line, wide], [wide, line, line]], [1, 2])
  func convolutionOfAnyAxesAndGroupsIsThatOfReference(axes: [SlidingAxis], groups: Int) {
    for channels in [4, 16 * groups] {
      // Sums of some thousand products: they cancel.
      check(
        ConvolutionProblem(
          batch: 2, inputs: channels, outputs: channels, groups: groups, axes: axes), 1e-4)
    }
  }

  #if !DoublePrecision
    /// Few images are convolved directly, and many by tiles.
    @Test func convolutionByTilesIsThatOfItsParts() {
      func problem(_ batch: Int) -> ConvolutionProblem {
        ConvolutionProblem(
          batch: batch, inputs: 32, outputs: 48,
          axes: [8, 7].map { SlidingAxis(extent: $0, kernel: 3, before: 1, after: 1) })
      }
      #expect(problem(8).suitsWinograd && !problem(4).suitsWinograd)
      let (input, output) = (problem(8).inputExtents, problem(8).outputExtents)
      let x = scalars(input.reduce(1, *), scale: 1)
      let c = scalars(output.reduce(1, *), from: 2, scale: 1)
      let (w, bias) = (scalars(32 * 48 * 9, from: 3, scale: 1), scalars(48, from: 8))
      func halves(_ storage: Storage) -> [Storage] {
        let scalars = storage.array
        let half = scalars.count / 2
        return [Storage(scalars.prefix(half)), Storage(scalars.suffix(half))]
      }
      expect(
        convolution(x, weight: w, bias: bias, problem(8), activation: .relu),
        halves(x).flatMap {
          numbers(convolution($0, weight: w, bias: bias, problem(4), activation: .relu))
        }, 1e-4)
      expect(
        convolutionInput(c, weight: w, problem(8)),
        halves(c).flatMap { numbers(convolutionInput($0, weight: w, problem(4))) }, 1e-4)
      let parts = zip(halves(x), halves(c)).map {
        numbers(convolutionWeight($0, output: $1, problem(4)))
      }
      expect(
        convolutionWeight(x, output: c, problem(8)), zip(parts[0], parts[1]).map { $0 + $1 }, 1e-4)
    }

    /// Few pixels of channels in blocks, for which there is a kernel of our own.
    @Test(arguments: [(128, 8), (128, 16), (256, 8), (256, 16), (512, 16)], [1, 2])
    func weightsOfSmallImagesAreThoseOfReference(widths: (vector: Int, block: Int), stride: Int) {
      VectorWidth.use(widths.vector)
      defer { VectorWidth.use(512) }
      for axes in [
        [SlidingAxis(extent: 5, kernel: 3, stride: stride, before: 1, after: 1)],
        [
          SlidingAxis(extent: 4, kernel: 3, stride: stride, before: 1, after: 1),
          SlidingAxis(extent: 6, kernel: 2, dilation: 2, before: 0, after: 1),
        ],
      ] {
        let problem = ConvolutionProblem(batch: 2, inputs: 32, outputs: 16, axes: axes)
        let x = blocks(problem.inputExtents, of: widths.block)
        let y = blocks(problem.outputExtents, of: widths.block)
        let weight = convolutionWeight(x, output: y, problem)
        expect(
          weight, Reference.convolutionWeight(numbers(x), output: numbers(y), problem), 1e-5)
      }
    }

    /// One to three channels, for which oneDNN pads the images.
    @Test(arguments: [128, 256, 512], [1, 2])
    func gradientsOfFewChannelsAreThoseOfReference(width: Int, stride: Int) {
      VectorWidth.use(width)
      defer { VectorWidth.use(512) }
      let row = SlidingAxis(extent: 7, kernel: 3, stride: stride, before: 1, after: 1)
      let cut = SlidingAxis(extent: 6, kernel: 2, stride: stride, before: 0, after: 0)
      let wide = SlidingAxis(extent: 5, kernel: 3, dilation: 2, before: 2, after: 1)
      for axes in [[row], [cut, wide], [row, row], [wide, cut, row]] {
        for (inputs, outputs) in [(1, 8), (2, 48), (3, 16), (1, 80), (1, 144)] {
          let problem = ConvolutionProblem(batch: 3, inputs: inputs, outputs: outputs, axes: axes)
          let x = scalars(problem.inputExtents.reduce(1, *), scale: 1)
          let w = scalars(problem.weightExtents.reduce(1, *), from: 3, scale: 1)
          let plain = scalars(problem.outputExtents.reduce(1, *), from: 2, scale: 1)
          let block = outputs % 16 == 0 && width == 512 ? 16 : 8
          for y in [plain, blocks(problem.outputExtents, of: block)] {
            expect(
              convolutionInput(y, weight: w, problem),
              Reference.convolutionInput(numbers(y), weight: numbers(w), problem), 1e-5)
            expect(
              convolutionWeight(x, output: y, problem),
              Reference.convolutionWeight(numbers(x), output: numbers(y), problem), 1e-5)
          }
        }
      }
    }

    /// What is computed of channels in blocks, an even and an odd number of pixels.
    @Test(arguments: [8, 16], [[3, 4], [5, 3], [2, 3, 3]])
    func blocksOfChannelsAreThoseOfReference(width: Int, pixels: [Int]) {
      let count = pixels.reduce(1, *)
      let extents = [2, 2 * width] + pixels
      let images = blocks(extents, of: width)
      checkChannels(
        images,
        ConvolutionProblem(
          batch: 2, inputs: 1, outputs: 2 * width,
          axes: pixels.map { SlidingAxis(extent: $0, kernel: 1) }))
      let factors = scalars(4 * width, from: 9)
      guard let product = multiplied(images, byChannels: factors),
        let part = sliceOfChannels(images, extents: extents, width..<2 * width),
        let whole = concatenatedChannels(
          part, images, extents: [2, 3 * width] + extents.dropFirst(2))
      else {
        Issue.record("blocks of \(width) channels are not taken as such")
        return
      }
      let plain = numbers(images)
      expect(product, plain.indices.map { plain[$0] * Double(factors[$0 / count]) })
      let half = width * count
      let halves = (0..<4).map { Array(plain[$0 * half..<($0 + 1) * half]) }
      expect(part, halves[1] + halves[3])
      expect(whole, halves[1] + halves[0] + halves[1] + halves[3] + halves[2] + halves[3])
    }

    /// Returns images that stand in blocks of so many channels.
    private func blocks(_ extents: [Int], of width: Int) -> Storage {
      let count = extents.reduce(1, *)
      let model = Storage(count: count, layout: .channels(extents, inBlocksOf: width))
      return arranged(scalars(count, scale: 1), like: model)
    }
  #endif

  private func check(_ problem: ConvolutionProblem, _ tolerance: Double = 1e-5) {
    let x = scalars(problem.inputExtents.reduce(1, *), scale: 1)
    let w = scalars(problem.weightExtents.reduce(1, *), from: 3, scale: 1)
    let bias = scalars(problem.outputs, from: 8)
    let y = scalars(problem.outputExtents.reduce(1, *), from: 2, scale: 1)
    for activation in [Nonlinearity.identity, .relu, .sigmoid] {
      expect(
        convolution(x, weight: w, bias: bias, problem, activation: activation),
        Reference.convolution(
          numbers(x), weight: numbers(w), bias: numbers(bias), problem, activation: activation),
        tolerance)
    }
    expect(
      convolutionInput(y, weight: w, problem),
      Reference.convolutionInput(numbers(y), weight: numbers(w), problem), tolerance)
    let weight = Reference.convolutionWeight(numbers(x), output: numbers(y), problem)
    expect(convolutionWeight(x, output: y, problem), weight, tolerance)
    checkChannels(convolution(x, weight: w, bias: bias, problem, activation: .identity), problem)
  }

  /// Checks what is computed of images that a convolution left in its layout.
  private func checkChannels(_ images: Storage, _ problem: ConvolutionProblem) {
    let (batch, channels) = (problem.batch, problem.outputs)
    let pixels = problem.outputExtents.dropFirst(2).reduce(1, *)
    expect(
      sumOfChannels(images, batch: batch, channels: channels, pixels: pixels),
      Reference.sumOfChannels(numbers(images), batch: batch, channels: channels, pixels: pixels),
      1e-5)
    for count in [channels, batch * channels] {
      let each = scalars(count, from: 7)
      expect(
        elementwise(.multiply, images, each, .column(width: pixels)),
        Reference.elementwise(.multiply, numbers(images), numbers(each), .column(width: pixels)))
    }
    #if !DoublePrecision
      let flow = elementwise(.multiply, images, Storage(repeating: 3, count: 1), .scalar)
      if let (slopes, sums) = rectifierSlopes(
        flow, at: images, batch: batch, channels: channels, pixels: pixels)
      {
        let apart = elementwise(.slope(.relu), flow, images)
        #expect(slopes.array == apart.array)
        #expect(
          sums.array == sumOfPixels(apart, batch: batch, channels: channels, pixels: pixels).array)
      }
    #endif
    let bias = scalars(channels, from: 7)
    let sums = Reference.elementwise(
      .add, numbers(images), numbers(bias), .column(width: pixels))
    expect(
      addBias(bias, toChannels: Storage(copying: images), pixels: pixels, then: .tanh),
      sums.map { Reference.value(.activate(.tanh), $0) })
  }
}
