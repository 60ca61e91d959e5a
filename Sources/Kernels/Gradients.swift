import Synchronization

// What a training does with gradients and averages of parameters, the same for either precision.
// All storages of a call are of one layout, whose padding is zeros.

/// Returns the sum of the squares, with the same bits for any number of threads.
package func sumOfSquares(_ input: Storage) -> Double {
  let (x, whole) = (input.scalars, input.count & ~15)
  var sum = 0.0
  for block in stride(from: 0, to: whole, by: 1024) {
    var part = Vector(repeating: 0)
    for offset in stride(from: block, to: min(block + 1024, whole), by: 16) {
      part += x[vector: offset] * x[vector: offset]
    }
    sum += Double(part.sum())
  }
  for index in whole..<input.count { sum += Double(x[index]) * Double(x[index]) }
  return withExtendedLifetime(input) { sum }
}

/// Returns whether every scalar is a finite number.
package func isFinite(_ input: Storage) -> Bool {
  let isFinite = Atomic<Bool>(true)
  let x = input.scalars
  Threads.parallel(count: input.count, grain: 4 * elementGrain) { range in
    let whole = range.lowerBound + (range.count & ~15)
    var zero = Vector(repeating: 0)
    // Zero times a number is zero, times anything else not a number.
    for offset in stride(from: range.lowerBound, to: whole, by: 16) {
      zero += x[vector: offset] * 0
    }
    if zero.sum() != 0 || !(whole..<range.upperBound).allSatisfy({ x[$0].isFinite }) {
      isFinite.store(false, ordering: .relaxed)
    }
  }
  return withExtendedLifetime(input) { isFinite.load(ordering: .relaxed) }
}

/// Returns the scalars times a factor.
package func scaled(_ input: Storage, by factor: Scalar) -> Storage {
  changed(input) { $0 * factor }
}

/// Returns the scalars moved into the range from `-bound` to `bound`.
package func clamped(_ input: Storage, to bound: Scalar) -> Storage {
  changed(input) {
    $0.clamped(lowerBound: .init(repeating: -bound), upperBound: .init(repeating: bound))
  }
}

@inline(__always) private func changed(
  _ input: Storage, _ change: (Vector) -> Vector
) -> Storage {
  let result = Storage(count: input.count, layout: input.layout)
  let (x, y) = (input.scalars, result.scalars)
  for offset in stride(from: 0, to: input.count, by: 16) {
    y[vector: offset] = change(x[vector: offset])
  }
  return withExtendedLifetime(input) { result }
}

/// Moves an average a share of the way to other scalars, in place.
package func approach(_ average: Storage, _ target: Storage, by share: Scalar) {
  let (a, x) = (average.scalars, target.scalars)
  forEachVector(count: average.count) { offset in
    a[vector: offset] += share * (x[vector: offset] - a[vector: offset])
  }
}
