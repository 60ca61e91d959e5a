import Testing

@testable import Tensors

@Suite struct FaultTests {
  private let x = Tensor([1, 2, 3], shape: [1, 3])
  private let first = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3]).asVariable()
  private let second = Tensor([1, 0, 1], shape: [3, 1]).asVariable()

  private func output(_ middle: (Tensor) -> Tensor, _ end: (Tensor) -> Tensor) -> Tensor {
    end(matmul(middle(matmul(x, first)), second)).sum()
  }

  @Test func finiteComputationHasNoFault() {
    #expect(output({ $0 }, { $0 }).firstFault(among: [first, second]) == nil)
  }

  @Test func faultIsThatOfTheLayerBefore() {
    let between = output({ log($0 * -1) }, { $0 })
    #expect(between.firstFault(among: [first, second]) == .operation(after: 0))
    let atEnd = output({ $0 }, { exp($0 * 1000) })
    #expect(atEnd.firstFault(among: [first, second]) == .operation(after: 1))
  }

  @Test func faultOfParameterOrDataIsNamedAsSuch() {
    let broken = Tensor([1, .nan, 1], shape: [3, 1]).asVariable()
    #expect(matmul(first, broken).sum().firstFault(among: [first, broken]) == .variable(1))
    let data = Tensor([1, .infinity, 3], shape: [1, 3])
    #expect(matmul(data, first).sum().firstFault(among: [first]) == .constant)
  }

  @Test(arguments: [
    [1, 1, 1], [2, 3, 8], [1, 1, 5, 5], [2, 8, 7, 7], [1, 64, 16, 16], [1, 2, 4, 4, 4],
  ])
  func rectifiedConvolutionKeepsWhatIsNotANumber(extents: [Int]) {
    let shape = Shape(extents)
    let kernel = Shape([16, extents[1]] + extents.dropFirst(2).map { min($0, 3) })
    let window = Window(padding: 1)
    var pixels = [Scalar](repeating: 1, count: shape.count)
    pixels[pixels.count / 2] = .nan
    let (images, kernels) = (Tensor(pixels, shape: shape), Tensor(repeating: -1, shape: kernel))
    let bias = Tensor(repeating: 0, shape: [16])
    let fromData = convolution(images, kernels, bias, window: window, activation: .relu)
    #expect(fromData.scalars.contains { $0.isNaN })
    var weights = [Scalar](repeating: 1, count: kernel.count)
    weights[0] = .nan
    let fromWeights = convolution(
      Tensor(repeating: 1, shape: shape), Tensor(weights, shape: kernel), bias, window: window,
      activation: .relu)
    #expect(fromWeights.scalars.contains { $0.isNaN })
    let fromBias = convolution(
      Tensor(repeating: 1, shape: shape), kernels, Tensor(repeating: .nan, shape: [16]),
      window: window, activation: .relu)
    #expect(fromBias.scalars.allSatisfy { $0.isNaN })
  }

  @Test func greatestPixelMayBeNoNumber() {
    func pooled(_ pixels: [Scalar]) -> Tensor {
      maximumPooling(Tensor(pixels, shape: [1, 1, pixels.count]), kernel: 2)
    }
    #expect(pooled([.nan, 1, 1, .nan]).scalars.allSatisfy { $0.isNaN })
    #expect(pooled([-.infinity, -.infinity, 3, .infinity]).scalars == [-.infinity, .infinity])
    let pixels = Tensor([.nan, 1, 2, 5], shape: [1, 1, 4]).asVariable()
    for keepsGraph in [false, true] {
      let slopes = gradients(
        of: maximumPooling(pixels, kernel: 2).sum(), at: [pixels], keepingGraph: keepsGraph)
      #expect(slopes[0].scalars == [1, 0, 0, 1])
    }
  }

  @Test func windowMayReachFarBeyondTheImage() {
    let x = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 1, 6])
    let single = averagePooling(
      Tensor([7], shape: [1, 1, 1]), kernel: 1, window: Window(dilation: 2))
    #expect(single.scalars == [7])
    let one = averagePooling(x, kernel: [1, 2], window: Window(dilation: [2, 1]))
    #expect(one.scalars == [1.5, 2.5, 3.5, 4.5, 5.5])
    let padded = averagePooling(
      x, kernel: [3, 2], window: Window(padding: [2, 0], dilation: [2, 1]))
    #expect(padded.scalars == [1.5, 2.5, 3.5, 4.5, 5.5])
  }

  @Test func nothingFlowsToWhatWasNotTaken() {
    let (x, other) = (
      Tensor([0, 4], shape: [2]).asVariable(), Tensor([0, 0], shape: [2]).asVariable()
    )
    let root = sqrt(x.compared(.greater, 1).selecting(x, else: other)).sum()
    #expect(gradients(of: root, at: [x])[0].scalars == [0, 0.25])
  }

  @Test func axisMayBeNamedTwice() {
    let x = Tensor([1, 2, 3, 4], shape: [2, 2])
    #expect(x.mean(along: 1, -1).scalars == [1.5, 3.5])
  }
}
