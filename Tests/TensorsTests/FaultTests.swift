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
}
