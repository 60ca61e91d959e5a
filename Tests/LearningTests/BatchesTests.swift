import Randomness
import Synchronization
import Tensors
import Testing

@testable import Learning

@Suite struct BatchesTests {
  private static let examples = Tensor((0..<11).map { Scalar($0) }, shape: [11, 1])

  private static func bits(_ source: some BatchSource<Batch>, epoch: Int = 0) -> [[Scalar]] {
    source.epoch(epoch).map(\.input.scalars)
  }

  @Test func wholeBatchesDropWhatIsLeft() {
    let batches = Batches(of: Self.examples, size: 4, sampling: .whole)
    #expect(Self.bits(batches) == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(batches.count == 2)
  }

  @Test func weightedExamplesComeInProportion() {
    let batches = Batches(
      of: Self.examples, size: 11,
      sampling: .weighted([0, 3, 1] + [Double](repeating: 0, count: 8)),
      shuffledBy: RandomStream(seed: 1))
    let drawn = (0..<200).flatMap { Self.bits(batches, epoch: $0)[0] }
    let share = Double(drawn.count { $0 == 1 }) / Double(drawn.count)
    #expect(Set(drawn) == [1, 2] && abs(share - 0.75) < 0.03)
  }

  @Test func balancedClassesComeEquallyOften() {
    let labels = (0..<11).map { $0 < 9 ? 0 : 1 }
    let batches = Batches(
      of: Self.examples, size: 11, sampling: .balanced(labels), shuffledBy: RandomStream(seed: 1))
    let drawn = (0..<200).flatMap { Self.bits(batches, epoch: $0)[0] }
    #expect(abs(Double(drawn.count { $0 >= 9 }) / Double(drawn.count) - 0.5) < 0.03)
  }

  private static func changed(_ batches: Batches) -> Batches {
    batches.augmented { batch, stream in
      var stream = stream
      let noise = Tensor.normal(shape: batch.input.shape, using: &stream)
      return Batch(input: batch.input + noise, target: batch.target, indices: batch.indices)
    }
  }

  @Test func augmentationIsOfItsEpochAndPlace() {
    let batches = Self.changed(
      Batches(of: Self.examples, size: 4, shuffledBy: RandomStream(seed: 2)))
    let first = Self.bits(batches)
    #expect(first == Self.bits(batches) && first != Self.bits(batches, epoch: 1))
    // The last batch alone is what it is after the others.
    let last = Array(batches.epoch(0).dropFirst(2)).map(\.input.scalars)
    #expect(last == [first[2]])
    // Twice changed is changed otherwise.
    #expect(Self.bits(Self.changed(batches)) != first)
    #expect(batches.epoch(0).allSatisfy { $0.target.shape == [$0.indices.count, 1] })
  }

  @Test(arguments: [1, 3, 20]) func prefetchedBatchesAreTheSame(ahead: Int) {
    let batches = Self.changed(
      Batches(of: Self.examples, size: 2, shuffledBy: RandomStream(seed: 2)))
    for epoch in 0..<3 {
      #expect(
        Self.bits(batches.prefetched(ahead), epoch: epoch) == Self.bits(batches, epoch: epoch))
    }
  }

  @Test func prefetchingEndsWithItsReader() {
    final class Source: BatchSource, Sendable {
      let made = Mutex(0)
      func epoch(_ index: Int) -> some Sequence<Tensor> {
        (0..<1_000_000).lazy.map { number in
          self.made.withLock { $0 += 1 }
          return Tensor(Scalar(number))
        }
      }
    }
    let source = Source()
    weak var held: Source?
    do {
      let prefetched = source.prefetched(2)
      var iterator = prefetched.epoch(0).makeIterator()
      #expect(iterator.next()?.scalar == 0)
      held = source
    }
    #expect(held != nil && source.made.withLock { $0 } < 10)
  }

  @Test func trainingOnPrefetchedBatchesHasSameBits() throws {
    func trained(_ source: some BatchSource<Batch>) throws -> [[Scalar]] {
      var stream = RandomStream(seed: 1)
      var model = Dense(1, 2, using: &stream)
      var trainer = Trainer(Adam(), epochs: 3)
      try trainer.fit(&model, to: source) { ($0($1.input) * $0($1.input)).mean() }
      return model.parameters.map(\.tensor.scalars)
    }
    let batches = Batches(of: Self.examples, size: 2, shuffledBy: RandomStream(seed: 2))
    #expect(try trained(batches) == trained(batches.prefetched()))
  }

  @Test func splitsAreDisjointAndStratified() {
    let labels = (0..<100).map { $0 % 5 == 0 ? 1 : 0 }
    let stream = RandomStream(seed: 3)
    let split = ExampleSplit(
      of: 100, validation: 0.1, test: 0.2, stratifiedBy: labels, using: stream)
    #expect((split.training + split.validation + split.test).sorted() == Array(0..<100))
    #expect(split.test.count == 20 && split.test.count { labels[$0] == 1 } == 4)
    #expect(split.validation.count { labels[$0] == 1 } == 2)
    #expect(ExampleSplit(of: 100, test: 0.2, using: stream).validation.isEmpty)
    #expect(
      split
        == ExampleSplit(
          of: 100, validation: 0.1, test: 0.2, stratifiedBy: labels, using: stream))
    let folds = ExampleSplit.folds(5, of: 100, stratifiedBy: labels, using: stream)
    #expect(folds.flatMap(\.test).sorted() == Array(0..<100))
    #expect(folds.allSatisfy { $0.test.count == 20 && $0.test.count { labels[$0] == 1 } == 4 })
    #expect(folds.allSatisfy { Set($0.training).isDisjoint(with: $0.test) })
  }
}
