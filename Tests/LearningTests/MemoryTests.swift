import Foundation
import Randomness
import Tensors
import Testing

@testable import Learning

@Suite struct MemoryTests {
  /// In a process of its own, where nothing else comes and goes.
  @Test func residentMemoryStaysFlatOverTenThousandSteps() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      var stream = RandomStream(seed: 1)
      var model = Sequential(
        Convolution(1, 2, kernel: 3, activation: .relu, using: &stream), Flatten(), Dropout(0.2),
        Dense(8, 3, using: &stream))
      let batches = Batches(
        of: wave([20, 1, 4, 4]), targets: Tensor((0..<20).map { Scalar($0 % 3) }, shape: [20]),
        size: 2, shuffledBy: stream.split("order"))
      var trainer = Trainer(Adam(), epochs: 100)
      func train() throws {
        try trainer.fit(&model, to: batches, drawingFrom: stream.split("layers")) {
          model, batch, phase in softmaxCrossEntropy(model(batch.input, in: phase), batch.target)
        }
      }
      try train()
      let early = residentBytes()
      trainer.epochs = 1000
      try train()
      let growth = residentBytes() - early
      guard trainer.progress.step == 10_000, early > 0, growth < 1 << 20 else {
        FileHandle.standardError.write(Data("\(growth) bytes more than \(early)".utf8))
        exit(1)
      }
    }
    let left = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(left.isEmpty)
  }

  @Test func residentMemoryIsBoundedWhereLengthsVary() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let (kernel, bias) = (
        Tensor(repeating: 1, shape: [4, 2, 3]), Tensor(repeating: 0, shape: [4])
      )
      func convolve(_ lengths: Range<Int>) {
        for length in lengths { _ = convolution(wave([1, 2, length]), kernel, bias).sum().scalar }
      }
      convolve(3..<1500)
      let early = residentBytes()
      convolve(1500..<4500)
      let growth = residentBytes() - early
      guard early > 0, growth < 64 << 20 else {
        FileHandle.standardError.write(Data("\(growth) bytes more than \(early)".utf8))
        exit(1)
      }
    }
    let left = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(left.isEmpty)
  }
}

/// The memory of this process that is in use now.
private func residentBytes() -> Int {
  let pages = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii)
  return (pages?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
