import Foundation
import Testing

@testable import Kernels
@testable import Tensors

/// What depends on threads: in turn, since their number is one for the process.
@Suite(.serialized) struct ThreadTests {
  @Test func libraryNamesItself() {
    #expect(KernelLibrary.version.split(separator: ".").count == 3)
    #expect(!KernelLibrary.instructionSet.isEmpty)
    #if !DoublePrecision
      #expect(KernelLibrary.description.hasPrefix("oneDNN \(KernelLibrary.version), "))
    #endif
  }

  @Test func productsHaveSameBitsOnOneAndTwoThreads() {
    defer { Threads.use(1) }
    for (rows, inner, columns) in [
      (100, 64, 100), (128, 784, 128), (257, 1000, 129), (3, 5, 7), (300, 40, 1),
    ] {
      let (a, b) = (wave([rows, inner]), wave([inner, columns], from: 3))
      let bits = [1, 2, 1, 2].map { count in
        Threads.use(count)
        #expect(Threads.count == count)
        return [
          matmul(a, b), matmul(a, a, .init(left: true)), matmul(b, b, .init(right: true)),
          matmul(a, matmul(a, b), .init(left: true)),
        ].flatMap { $0.scalars.map(\.bitPattern) }
      }
      #expect(Set(bits).count == 1)
    }
  }

  @Test func largeStepsGetThreadsUnlessANumberWasAskedFor() {
    defer { Threads.use(1) }
    Threads.useAutomatically()
    #expect(Threads.isAutomatic && Threads.count == 1)
    Threads.choose(forWork: Threads.worthwhileWork - 1)
    #expect(Threads.count == 1)
    Threads.choose(forWork: Threads.worthwhileWork)
    #expect(Threads.count == min(ProcessInfo.processInfo.activeProcessorCount, 8))
    Threads.use(3)
    Threads.choose(forWork: .max)
    #expect(Threads.count == 3 && !Threads.isAutomatic)
    #if !DoublePrecision
      let before = Threads.work
      _ = matmul(wave([7, 5]), wave([5, 3]))
      #expect(Threads.work - before >= 105)
    #endif
  }

  /// What goes through sequences, attention and graphs, with gradients.
  private func sequenceBits() -> [UInt64] {
    let x = wave([130, 5, 3]).asVariable()
    let y = wave([33, 18, 24], from: 4).asVariable()
    let z = wave([900, 37]).asVariable()
    let places = (0..<2700).map { $0 * 7919 % 900 }
    let outputs = [
      lstm(x, weight: wave([40, 148]), bias: wave([148]), returning: .all),
      gru(x, weight: wave([40, 111]), bias: wave([2, 111])),
      selfAttention(y * 3, heads: 4, isCausal: true),
      layerNormalization(z, scale: wave([37]), shift: wave([37]), epsilon: 1e-5),
      z.rows(places).segmentSum(places.reversed(), count: 900), softmax(z * 20), gelu(z), sin(z),
    ]
    let sum = outputs.reduce(Tensor(0)) { $0 + ($1 * $1).sum() }
    let found = outputs + gradients(of: sum, at: [x, y, z])
    return found.flatMap { $0.scalars.map { UInt64($0.bitPattern) } }
  }

  /// Bits of what is computed row by row, with its gradients.
  private func rowBits() -> [UInt64] {
    let x = wave([900, 37]).asVariable()
    let outputs = [
      layerNormalization(x, scale: wave([37]), shift: wave([37]), epsilon: 1e-5),
      softmax(x * 20), gelu(x), sin(x), tanh(x), sigmoid(x), exp(x),
    ]
    let sum = outputs.reduce(Tensor(0)) { $0 + ($1 * $1).sum() }
    let found = outputs + gradients(of: sum, at: [x])
    return found.flatMap { $0.scalars.map { UInt64($0.bitPattern) } }
  }

  private func gelu(_ x: Tensor) -> Tensor { activate(x, .gelu) }

  @Test func sequencesHaveSameBitsOnAnyNumberOfThreads() {
    defer { Threads.useAutomatically() }
    let bits = [1, 2, 3].map { count in
      Threads.use(count)
      return sequenceBits()
    }
    #expect(bits[0] == bits[1] && bits[0] == bits[2])
  }

  #if !DoublePrecision
    @Test(.enabled(if: VectorWidth.hasTiles), arguments: TileTests.problems)
    func tilesHaveSameBitsOnAnyNumberOfThreads(_ problem: ConvolutionProblem) {
      defer { Threads.useAutomatically() }
      let scalars = TileScalars(problem)
      let bits = [1, 2, 3].map { count in
        Threads.use(count)
        var results = [
          tiledConvolution(
            scalars.input, weight: scalars.weight, bias: scalars.bias, problem, rectifies: true),
          tiledWeightGradient(scalars.input, scalars.output, problem),
        ]
        if problem.hasTiledInputGradient {
          results.append(tiledInputGradient(scalars.output, weight: scalars.weight, problem))
        }
        return results.flatMap { rowMajor($0).array.map(\.bitPattern) }
      }
      #expect(bits[0] == bits[1] && bits[0] == bits[2])
    }

    @Test func sequencesHaveSameBitsOnVectorsThatFuse() {
      defer { VectorWidth.use(512) }
      let bits = [256, 512].map { width in
        VectorWidth.use(width)
        return sequenceBits()
      }
      #expect(bits[0] == bits[1])
    }

    /// Products are not fused on 128 bits; all else has the same bits there too.
    @Test func rowsHaveSameBitsOnVectorsOfAnyWidth() {
      defer { VectorWidth.use(512) }
      let bits = [128, 256, 512].map { width in
        VectorWidth.use(width)
        return rowBits()
      }
      #expect(bits[0] == bits[1] && bits[0] == bits[2])
      VectorWidth.use(512)
      let wide = sequenceBits().map { Double(Scalar(bitPattern: UInt32($0))) }
      VectorWidth.use(128)
      let narrow = sequenceBits().map { Double(Scalar(bitPattern: UInt32($0))) }
      let greatest = wide.map(abs).max() ?? 0
      #expect(zip(wide, narrow).allSatisfy { abs($0 - $1) <= 1e-5 * greatest })
      #expect(wide != narrow)
    }
  #endif

  @Test func rangesOfThreadsAreTheWhole() {
    defer { Threads.use(1) }
    for threads in [1, 2, 3] {
      Threads.use(threads)
      for (count, grain) in [(0, 16), (1, 16), (16, 16), (33, 16), (1000, 16), (1001, 300)] {
        let visits = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count + 1)
        visits.initialize(repeating: 0)
        defer { visits.deallocate() }
        nonisolated(unsafe) let shared = visits
        Threads.parallel(count: count, grain: grain) { range in
          #expect(range.lowerBound % grain == 0)
          for index in range { shared[index] += 1 }
        }
        #expect(visits.dropLast().allSatisfy { $0 == 1 } && visits[count] == 0)
      }
    }
  }

  @Test func subnormalsAreFlushedOnEveryThreadAndOnlyInside() async {
    // In a process of its own, where no other test trains meanwhile.
    await #expect(processExitsWith: .success) {
      defer { Threads.use(1) }
      for count in [1, 2, 1] {
        Threads.use(count)
        // The threads of a product were started before, without the setting.
        _ = matmul(wave([128, 128]), wave([128, 128]))
        let tiny = Tensor(Scalar.leastNormalMagnitude)
        precondition(threadsFlushingSubnormals == 0)
        precondition((tiny * 0.5).scalar > 0)
        flushingSubnormals {
          precondition(threadsFlushingSubnormals == count)
          precondition((tiny * 0.5).scalar == 0)
          flushingSubnormals {}
          precondition(threadsFlushingSubnormals == count)
        }
        precondition(threadsFlushingSubnormals == 0)
      }
    }
  }

  /// Kernels are made by one thread and run by all, in layouts and with scratch memory.
  @Test func manyThreadsComputeWhatOneDoes() async {
    @Sendable func work(_ index: Int) -> [Scalar] {
      let x = wave([2, 3 + index % 4, 9, 8]).asVariable()
      let w = wave([16 + index % 3, 3 + index % 4, 3, 3]).asVariable()
      let y = convolution(
        x, w, wave([16 + index % 3]), window: Window(padding: 1), activation: .tanh)
      let z = matmul(y.reshaped(to: [2, y.shape.count / 2]), wave([y.shape.count / 2, 5]))
      return gradients(of: softmax(z) * z, at: [x, w]).flatMap(\.scalars)
    }
    let expected = (0..<24).map(work)
    let areSame = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<96 { group.addTask { work(index % 24) == expected[index % 24] } }
      return await group.allSatisfy { $0 }
    }
    #expect(areSame)
  }
}
