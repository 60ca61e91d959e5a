import Testing

@testable import Tensors

@Suite struct TensorTests {
  private let matrix = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])

  @Test func partsAreThoseAsked() {
    #expect(matrix.rows(1..<2).scalars == [4, 5, 6])
    #expect(matrix.rows([1, 0, 1]).scalars == [4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(matrix.slice(1..<3, along: 1).scalars == [2, 3, 5, 6])
    #expect(matrix.rows(1..<1).shape == [0, 3])
    #expect(
      matrix.applying(.pad(axis: 1, from: 1, to: 5)).scalars == [0, 1, 2, 3, 0, 0, 4, 5, 6, 0])
    #expect(
      matrix.applying(.scatter([2, 2], axis: 0, extent: 3)).scalars == [0, 0, 0, 0, 0, 0, 5, 7, 9])
  }

  @Test func concatenationKeepsOrder() {
    let wide = Tensor.concatenated([matrix, matrix.slice(0..<1, along: 1), matrix], along: -1)
    #expect(wide.scalars == [1, 2, 3, 1, 1, 2, 3, 4, 5, 6, 4, 4, 5, 6])
    let tall = Tensor.concatenated([matrix.rows(1..<2), matrix])
    #expect(tall.shape == [3, 3] && tall.scalars == [4, 5, 6, 1, 2, 3, 4, 5, 6])
  }

  @Test func axesArePermuted() {
    #expect(matrix.transposed().scalars == [1, 4, 2, 5, 3, 6])
    let cube = Tensor((0..<24).map(Scalar.init), shape: [2, 3, 4])
    let turned = cube.permuted(2, 0, 1)
    #expect(turned.shape == [4, 2, 3])
    // turned[3][1][2] is cube[1][2][3].
    #expect(turned.scalars[3 * 6 + 1 * 3 + 2] == 23 && turned.scalars[1 * 6 + 0 + 2] == 9)
  }

  @Test func reductionsKeepOrDropAxes() {
    #expect(matrix.sum().scalar == 21 && matrix.mean().scalar == 3.5 && matrix.max().scalar == 6)
    #expect(matrix.sum(along: 0).scalars == [5, 7, 9])
    #expect(matrix.mean(along: -1).scalars == [2, 5])
    #expect(matrix.max(along: 1, keepingAxes: true).shape == [2, 1])
    let cube = Tensor((0..<24).map(Scalar.init), shape: [2, 3, 4])
    #expect(cube.sum(along: 0, 2).scalars == [60, 92, 124])
    #expect(cube.max(along: 0, 2).scalars == [15, 19, 23])
  }

  @Test func operandsStretch() {
    #expect((matrix + Tensor([10, 20, 30], shape: [3])).scalars == [11, 22, 33, 14, 25, 36])
    #expect((matrix * Tensor([1, 10], shape: [2, 1])).scalars == [1, 2, 3, 40, 50, 60])
    #expect((1 - matrix).scalars == [0, -1, -2, -3, -4, -5])
    let sum = Tensor([1, 2], shape: [2, 1]) + Tensor([10, 20], shape: [1, 2])
    #expect(sum.scalars == [11, 21, 12, 22])
    let cube = Tensor(repeating: 0, shape: [2, 2, 2]) + Tensor([1, 2], shape: [2, 1])
    #expect(cube.scalars == [1, 1, 2, 2, 1, 1, 2, 2])
  }

  @Test func comparisonsAndSelection() {
    let two = Tensor(3)
    #expect(matrix.compared(.greater, two).scalars == [0, 0, 0, 1, 1, 1])
    #expect(matrix.compared(.greaterOrEqual, two).scalars == [0, 0, 1, 1, 1, 1])
    #expect(matrix.compared(.equal, two).scalars == [0, 0, 1, 0, 0, 0])
    #expect(
      matrix.compared(.greater, two).selecting(matrix, else: -1).scalars == [-1, -1, -1, 4, 5, 6])
    #expect(minimum(matrix, two).scalars == [1, 2, 3, 3, 3, 3])
  }

  @Test func statisticsRunAlongAxes() {
    #expect(matrix.min().scalar == 1 && matrix.min(along: 0).scalars == [1, 2, 3])
    #expect(matrix.argmax(along: 0).scalars == [1, 1, 1])
    #expect(matrix.argmin().scalars == [0, 0] && (matrix * 0).argmax().scalars == [0, 0])
    #expect(Tensor([1, .nan, 3], shape: [3]).argmax().scalar == 1)
    #expect(matrix.variance(along: 1, correction: 1).scalars == [1, 1])
    #expect(matrix.clamped(to: 2...4).scalars == [2, 2, 3, 4, 4, 4])
    #expect(Tensor([1000, 1000], shape: [2]).logSumExp(along: 0).scalar == 1000 + log(2).scalar)
    #expect(Tensor([-.infinity, -.infinity], shape: [2]).logSumExp(along: 0).scalar == -.infinity)
    #expect(Tensor([3, .nan, 1, 3], shape: [4]).argsort().scalars == [2, 0, 3, 1])
  }

  @Test func oneHotMarksLabel() {
    #expect(
      oneHot(Tensor([2, 0], shape: [2]), classes: 3).scalars == [0, 0, 1, 1, 0, 0])
  }

  @Test func emptyBatchMakesNoRows() {
    let empty = Tensor([], shape: [0, 3])
    let none = linear(empty, Tensor(repeating: 1, shape: [3, 2]), Tensor(repeating: 0, shape: [2]))
    #expect(none.shape == [0, 2] && none.scalars.isEmpty)
  }

  @Test func wrongLabelNamesItselfAndClasses() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = softmaxCrossEntropy(Tensor(repeating: 0, shape: [1, 3]), Tensor([3], shape: [1]))
    }
    #expect(message(result).contains("the label 3.0 is not one of the classes 0 to 2"))
  }

  @Test func wrongRowNamesItselfAndRows() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(repeating: 0, shape: [2, 3]).rows([0, 2])
    }
    #expect(message(result).contains("the row 2 is not one of the rows 0 to 1"))
  }

  @Test func wrongShapesNameBoth() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = matmul(Tensor(repeating: 0, shape: [2, 3]), Tensor(repeating: 0, shape: [2, 3]))
    }
    #expect(message(result).contains("[2, 3] and [2, 3] have no product"))
  }

  private func message(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
