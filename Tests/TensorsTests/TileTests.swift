#if !DoublePrecision
  import Testing

  @testable import Kernels

  /// Convolutions by tiles against the plain reference in Double.
  @Suite(.enabled(if: VectorWidth.hasTiles)) struct TileTests {
    /// Whole tiles and cut ones, a single result, and every padding from none to more than the kernel
    /// has; blocks of channels that fill a stripe of two, and ones that do not.
    static let problems: [ConvolutionProblem] = [
      tiled(1, 8, 8, [(3, 0, 0), (3, 0, 0)]), tiled(1, 8, 24, [(1, 1, 1), (1, 1, 1)]),
      tiled(1, 16, 16, [(4, 1, 1), (4, 1, 1)]), tiled(2, 24, 16, [(7, 1, 1), (9, 1, 1)]),
      tiled(3, 16, 40, [(6, 0, 0), (13, 2, 2)]), tiled(2, 32, 16, [(8, 0, 1), (5, 2, 0)]),
      tiled(1, 8, 16, [(2, 3, 4), (17, 1, 0)]), tiled(5, 16, 8, [(10, 1, 1), (11, 1, 1)]),
    ].flatMap { [$0(1), $0(2)] }

    private static func tiled(
      _ batch: Int, _ inputs: Int, _ outputs: Int, _ axes: [(Int, Int, Int)]
    ) -> (Int) -> ConvolutionProblem {
      { stride in
        ConvolutionProblem(
          batch: batch, inputs: inputs, outputs: outputs,
          axes: axes.map { extent, before, after in
            SlidingAxis(extent: extent, kernel: 3, stride: stride, before: before, after: after)
          })
      }
    }

    @Test(arguments: problems) func tilesAreThoseOfReference(_ problem: ConvolutionProblem) {
      check(problem, within: 4e-6)
    }

    /// Of sums of some hundred products, as of models.
    @Test(arguments: [1, 2]) func roundingIsAsSaid(stride: Int) {
      check(Self.tiled(2, 64, 32, [(12, 1, 1), (14, 1, 1)])(stride), within: 4e-6, mean: 1e-6)
    }

    @Test func othersAreLeftToTheLibrary() {
      let axis = SlidingAxis(extent: 28, kernel: 3, before: 1, after: 1)
      let wide = SlidingAxis(extent: 28, kernel: 3, dilation: 2)
      let half = SlidingAxis(extent: 28, kernel: 3, stride: 2)
      let large = SlidingAxis(extent: 28, kernel: 5)
      let cube = SlidingAxis(extent: 28, kernel: 3, stride: 3)
      func problem(_ inputs: Int, _ outputs: Int, _ axes: [SlidingAxis], groups: Int = 1)
        -> ConvolutionProblem
      {
        ConvolutionProblem(
          batch: 16, inputs: inputs, outputs: outputs, groups: groups, axes: axes)
      }
      for other in [
        problem(33, 32, [axis, axis]), problem(32, 36, [axis, axis]),
        problem(32, 32, [axis, axis], groups: 2), problem(32, 32, [axis]),
        problem(32, 32, [axis, wide]), problem(32, 32, [half, axis]),
        problem(32, 32, [large, axis]), problem(32, 32, [cube, cube]),
        problem(32, 32, [axis, axis, axis]),
      ] {
        #expect(
          !other.suitsTiles(.forward) && !other.suitsTiles(.inputGradient)
            && !other.suitsTiles(.weightGradient))
      }
    }

    private func check(
      _ problem: ConvolutionProblem, within tolerance: Double, mean: Double = .infinity
    ) {
      func expect(_ found: Storage, _ expected: [Double]) {
        let errors = zip(rowMajor(found).array, expected).map { Double($0) - $1 }
        #expect(errors.count == expected.count)
        let greatest = expected.map(abs).max() ?? 0
        #expect(errors.allSatisfy { abs($0) <= tolerance * greatest })
        #expect(norm(errors) <= mean * norm(expected))
      }
      let scalars = TileScalars(problem)
      let (x, w, y) = (scalars.input, scalars.weight, scalars.output)
      for (bias, activation) in [(scalars.bias, Nonlinearity.relu), (nil, .identity)] {
        expect(
          tiledConvolution(x, weight: w, bias: bias, problem, rectifies: activation == .relu),
          Reference.convolution(
            numbers(x), weight: numbers(w), bias: bias.map(numbers), problem,
            activation: activation))
      }
      if problem.hasTiledInputGradient {
        let gradient = Reference.convolutionInput(numbers(y), weight: numbers(w), problem)
        expect(tiledInputGradient(y, weight: w, problem), gradient)
        let bias = numbers(scalars.inputBias)
        let pixels = problem.axes.reduce(1) { $0 * $1.extent }
        expect(
          tiledInputGradient(y, weight: w, bias: scalars.inputBias, problem, rectifies: true),
          gradient.enumerated().map { max($1 + bias[$0 / pixels % bias.count], 0) })
      }
      expect(
        tiledWeightGradient(x, y, problem),
        Reference.convolutionWeight(numbers(x), output: numbers(y), problem))
    }

    private func numbers(_ storage: Storage) -> [Double] { storage.array.map { Double($0) } }

    private func norm(_ numbers: [Double]) -> Double {
      numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  /// What a convolution is tried with.
  struct TileScalars {
    let input, weight, bias, inputBias, output: Storage

    init(_ problem: ConvolutionProblem) {
      func scalars(_ extents: [Int], _ start: Int) -> Storage {
        Storage(
          (0..<extents.reduce(1, *)).map {
            Scalar((($0 + start) * 7919 % 104_729 * 31) % 4001) / 2000 - 1
          })
      }
      input = scalars(problem.inputExtents, 0)
      weight = scalars(problem.weightExtents, 3)
      bias = scalars([problem.outputs], 8)
      inputBias = scalars([problem.inputs], 5)
      output = scalars(problem.outputExtents, 2)
    }
  }
#endif
