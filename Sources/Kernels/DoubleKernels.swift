#if DoublePrecision
  // The kernels of the oracle: the plain loops, behind the names of the fast ones.

  extension Storage {
    fileprivate var numbers: [Double] { array }
  }

  package func elementwise(_ function: UnaryFunction, _ input: Storage) -> Storage {
    Storage(input.array.map { Reference.value(function, $0) })
  }

  package func elementwise(
    _ function: BinaryFunction, _ left: Storage, _ right: Storage, _ stretch: Stretch = .none
  ) -> Storage {
    Storage(Reference.elementwise(function, left.numbers, right.numbers, stretch))
  }

  package func selection(_ mask: Storage, _ first: Storage, _ second: Storage) -> Storage {
    Storage(
      (0..<mask.count).map { mask[$0] == 0 ? second[$0] : first[$0] })
  }

  package func sum(_ input: Storage, _ span: Span) -> Storage {
    Storage(Reference.sum(input.numbers, span))
  }

  package func maximum(_ input: Storage, _ span: Span) -> Storage {
    Storage(Reference.maximum(input.numbers, span))
  }

  package func matrixProduct(
    _ left: Storage, _ right: Storage, _ extents: ProductExtents,
    transposing transposition: Transposition = Transposition()
  ) -> Storage {
    Storage(
      Reference.matrixProduct(left.numbers, right.numbers, extents, transposing: transposition))
  }

  package func batchedProduct(
    _ left: Storage, _ right: Storage, count: Int, _ extents: ProductExtents,
    transposing transposition: Transposition = Transposition()
  ) -> Storage {
    Storage(
      Reference.batchedProduct(
        left.numbers, right.numbers, count: count, extents, transposing: transposition))
  }

  package func linear(
    _ input: Storage, _ weight: Storage, _ bias: Storage, _ extents: ProductExtents,
    activation: Nonlinearity
  ) -> Storage {
    Storage(
      Reference.linear(
        input.numbers, weight.numbers, bias.numbers, extents, activation: activation))
  }

  package func softmax(_ input: Storage, width: Int) -> Storage {
    Storage(Reference.softmax(input.numbers, width: width))
  }

  package func logSoftmax(_ input: Storage, width: Int) -> Storage {
    Storage(Reference.logSoftmax(input.numbers, width: width))
  }

  package func sigmoidCrossEntropy(_ logits: Storage, _ targets: Storage) -> Scalar {
    Reference.sigmoidCrossEntropy(logits.numbers, targets.numbers)
  }

  package func convolution(
    _ input: Storage, weight: Storage, bias: Storage?, _ problem: ConvolutionProblem,
    activation: Nonlinearity
  ) -> Storage {
    Storage(
      Reference.convolution(
        input.numbers, weight: weight.numbers, bias: bias?.numbers, problem,
        activation: activation))
  }

  package func convolutionInput(
    _ output: Storage, weight: Storage, bias: Storage? = nil, _ problem: ConvolutionProblem,
    activation: Nonlinearity = .identity
  ) -> Storage {
    let gradient = Storage(
      Reference.convolutionInput(output.numbers, weight: weight.numbers, problem))
    guard let bias else { return elementwise(.activate(activation), gradient) }
    let pixels = problem.axes.reduce(1) { $0 * $1.extent }
    return addBias(bias, toChannels: gradient, pixels: pixels, then: activation)
  }

  package func convolutionWeight(
    _ input: Storage, output: Storage, _ problem: ConvolutionProblem
  ) -> Storage {
    Storage(Reference.convolutionWeight(input.numbers, output: output.numbers, problem))
  }

  package func sumOfPixels(_ input: Storage, batch: Int, channels: Int, pixels: Int) -> Storage {
    sum(input, Span(outer: batch * channels, middle: pixels, inner: 1))
  }

  package func addBias(
    _ bias: Storage, toChannels images: Storage, pixels: Int, then activation: Nonlinearity
  ) -> Storage {
    elementwise(.activate(activation), elementwise(.add, images, bias, .column(width: pixels)))
  }
#endif
