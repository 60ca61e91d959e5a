import Learning
import Randomness
import Tensors
import Testing

/// What does not fit stops the program, and the message names the shapes.
@Suite struct MisfitTests {
  private static let misfits: [(name: String, shapes: [String], run: @Sendable () -> Void)] = [
    ("sum", ["[2, 3]", "[2, 4]"], { _ = wave([2, 3]) + wave([2, 4]) }),
    ("product", ["[2, 3]", "[2, 4]"], { _ = matmul(wave([2, 3]), wave([2, 4])) }),
    (
      "linear", ["[2, 3]", "[4, 5]"],
      { _ = linear(wave([2, 3]), wave([4, 5]), wave([5])) }
    ),
    ("einsum", ["[2, 3]", "[2, 4]"], { _ = einsum("ij,jk->ik", wave([2, 3]), wave([2, 4])) }),
    ("reshape", ["[2, 3]", "[5]"], { _ = wave([2, 3]).reshaped(to: [5]) }),
    (
      "concatenation", ["[2, 3]", "[2, 4]"],
      { _ = Tensor.concatenated([wave([2, 3]), wave([2, 4])]) }
    ),
    (
      "convolution", ["[1, 3, 5, 5]", "[4, 2, 3, 3]"],
      { _ = convolution(wave([1, 3, 5, 5]), wave([4, 2, 3, 3]), wave([4])) }
    ),
    (
      "transposed convolution", ["[1, 3, 5, 5]", "[2, 4, 3, 3]"],
      { _ = transposedConvolution(wave([1, 3, 5, 5]), wave([2, 4, 3, 3]), wave([4])) }
    ),
    ("pooling", ["[2, 3]"], { _ = maximumPooling(wave([2, 3]), kernel: 2) }),
    ("resizing", ["[1, 2, 4, 4]", "[8]"], { _ = wave([1, 2, 4, 4]).resized(to: [8]) }),
    (
      "batch normalization", ["[2, 3, 4, 4]", "[5]"],
      {
        _ = batchNormalization(
          wave([2, 3, 4, 4]), scale: wave([5]), shift: wave([5]), epsilon: 1e-5)
      }
    ),
    (
      "layer normalization", ["[2, 3]", "[4]"],
      { _ = layerNormalization(wave([2, 3]), scale: wave([4]), shift: wave([4]), epsilon: 1e-5) }
    ),
    (
      "attention", ["[2, 5, 6]", "[2, 7, 4]"],
      { _ = attention(wave([2, 5, 6]), wave([2, 7, 4]), wave([2, 7, 4])) }
    ),
    (
      "memory", ["[2, 4, 3]", "[9, 20]"],
      { _ = lstm(wave([2, 4, 3]), weight: wave([9, 20]), bias: wave([20])) }
    ),
    ("squares", ["[2, 3]", "[3, 2]"], { _ = meanSquaredError(wave([2, 3]), wave([3, 2])) }),
    (
      "classes", ["[2, 3]", "[4]"],
      { _ = softmaxCrossEntropy(wave([2, 3]), Tensor([0, 1, 2, 0], shape: [4])) }
    ),
    ("dice", ["[2, 3]", "[6]"], { _ = diceLoss(wave([2, 3]), wave([6])) }),
    (
      "batches", ["[4, 2]", "[3, 1]"],
      { _ = Batches(of: wave([4, 2]), targets: wave([3, 1]), size: 2) }
    ),
  ]

  @Test(arguments: misfits.indices) func misfitStopsWithShapesNamed(index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in Self.misfits[index].run() }
    // An optimised program says what stops it by such an error, not by a failed precondition.
    let message =
      String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      .split(separator: "\n").first { $0.contains("Fatal error: ") } ?? ""
    for shape in Self.misfits[index].shapes {
      #expect(message.contains(shape), "\(Self.misfits[index].name): \(message)")
    }
  }
}
