#if !DoublePrecision
  import CVectors
#endif

// Scalars taken and added at indices, which the caller has checked: the same in either precision.

/// Returns the positions of the middle axis at the indices, in their order.
package func gather(_ indices: [Int], of input: Storage, _ span: Span) -> Storage {
  let result = Storage(count: span.outer * indices.count * span.inner)
  let (x, y, width) = (input.scalars, result.scalars, span.inner)
  withExtendedLifetime(input) {
    for outer in 0..<span.outer {
      let (source, target) = (
        x + outer * span.middle * width, y + outer * indices.count * width
      )
      Threads.parallel(count: indices.count, grain: grain(width)) { range in
        copy(indices, range, of: source, to: target, width)
      }
    }
  }
  return result
}

/// Returns an array of `span` to which each position of the input is added at its index.
///
/// What comes to one position is added in the order of the indices, with any number of threads.
package func scatter(_ indices: [Int], _ input: Storage, _ span: Span) -> Storage {
  let result = Storage(repeating: 0, count: span.count)
  let (x, y, width) = (input.scalars, result.scalars, span.inner)
  withExtendedLifetime(input) {
    // Each thread has a range of the targets, and passes over what goes elsewhere.
    Threads.parallel(count: span.middle, grain: grain(width)) { range in
      for outer in 0..<span.outer {
        let (source, target) = (
          x + outer * indices.count * width, y + outer * span.middle * width
        )
        for (position, index) in indices.enumerated() where range.contains(index) {
          add(source + position * width, to: target + index * width, width)
        }
      }
    }
  }
  return result
}

/// Returns the greatest of the rows that come to each target, and 0 where none does.
package func segmentMaximum(
  _ indices: [Int], _ input: Storage, width: Int, count: Int
) -> Storage {
  let result = Storage(repeating: -.infinity, count: count * width)
  let (x, y) = (input.scalars, result.scalars)
  var isEmpty = [Bool](repeating: true, count: count)
  for (position, index) in indices.enumerated() {
    isEmpty[index] = false
    let (source, target) = (x + position * width, y + index * width)
    for column in 0..<width where !(source[column] <= target[column]) {
      target[column] = source[column]
    }
  }
  for index in 0..<count where isEmpty[index] {
    (y + index * width).update(repeating: 0, count: width)
  }
  withExtendedLifetime(input) {}
  return result
}

/// Returns the scalars of each line along the middle axis that stand at the indices of that line.
///
/// - Parameters:
///   - input: Of `span`.
///   - indices: Whole numbers below `span.middle`, `count` for each line.
///   - span: The extents of the input.
///   - count: The extent of the indices along the middle axis.
/// - Returns: The scalars, in the arrangement of the indices.
package func take(_ input: Storage, at indices: Storage, _ span: Span, count: Int) -> Storage {
  let result = Storage(count: span.outer * count * span.inner)
  forEachTaken(indices, span, count) { taken, place in
    result.scalars[taken] = input.scalars[place]
  }
  withExtendedLifetime(input) {}
  return result
}

/// Returns an array of `span` to which each scalar is added at its index: the transpose of
/// ``take(_:at:_:count:)``.
package func put(_ input: Storage, at indices: Storage, _ span: Span, count: Int) -> Storage {
  let result = Storage(repeating: 0, count: span.count)
  forEachTaken(indices, span, count) { taken, place in
    result.scalars[place] += input.scalars[taken]
  }
  withExtendedLifetime(input) {}
  return result
}

@inline(__always) private func forEachTaken(
  _ indices: Storage, _ span: Span, _ count: Int, _ body: (_ taken: Int, _ place: Int) -> Void
) {
  for outer in 0..<span.outer {
    for position in 0..<count {
      for inner in 0..<span.inner {
        let taken = (outer * count + position) * span.inner + inner
        let index = Int(indices.scalars[taken])
        body(taken, (outer * span.middle + index) * span.inner + inner)
      }
    }
  }
  withExtendedLifetime(indices) {}
}

/// Returns for each row the positions of its scalars from the least to the greatest; equal ones
/// stay in their order, and what is not a number comes last.
package func argsort(_ input: Storage, width: Int) -> Storage {
  let result = Storage(count: input.count)
  for row in stride(from: 0, to: input.count, by: max(width, 1)) {
    let x = input.scalars + row
    let order = (0..<width).sorted { a, b in
      if x[a].isNaN || x[b].isNaN { return x[a].isNaN == x[b].isNaN ? a < b : x[b].isNaN }
      return x[a] == x[b] ? a < b : x[a] < x[b]
    }
    for (place, position) in order.enumerated() {
      result.scalars[row + place] = Scalar(position)
    }
  }
  withExtendedLifetime(input) {}
  return result
}

/// Returns the first position of the greatest along the middle axis; what is not a number counts as
/// the greatest.
package func argmaximum(_ input: Storage, _ span: Span) -> Storage {
  let result = Storage(count: span.outer * span.inner)
  for line in 0..<span.outer * span.inner {
    let start = input.scalars + line / span.inner * span.middle * span.inner + line % span.inner
    var best = 0
    for position in 0..<span.middle {
      let (scalar, greatest) = (start[position * span.inner], start[best * span.inner])
      if scalar > greatest || scalar.isNaN && !greatest.isNaN { best = position }
    }
    result.scalars[line] = Scalar(best)
  }
  withExtendedLifetime(input) {}
  return result
}

/// Returns the sums of all scalars up to each along the middle axis, from the end if reversed.
package func cumulativeSum(_ input: Storage, _ span: Span, isReversed: Bool) -> Storage {
  let result = Storage(count: input.count)
  let width = span.inner
  for outer in 0..<span.outer where span.middle > 0 {
    let start = (outer * span.middle + (isReversed ? span.middle - 1 : 0)) * width
    let step = isReversed ? -width : width
    var (x, y) = (input.scalars + start, result.scalars + start)
    y.update(from: x, count: width)
    for _ in 1..<span.middle {
      (x, y) = (x + step, y + step)
      for column in 0..<width { y[column] = y[column - step] + x[column] }
    }
  }
  withExtendedLifetime(input) {}
  return result
}

/// How many rows are worth a thread.
private func grain(_ width: Int) -> Int { max(1, 16384 / max(width, 1)) }

/// Sets the rows of `target` in a range to those of `source` at their indices.
private func copy(
  _ indices: [Int], _ range: Range<Int>, of source: UnsafeMutablePointer<Scalar>,
  to target: UnsafeMutablePointer<Scalar>, _ width: Int
) {
  let start = target + range.lowerBound * width
  indices.withUnsafeBufferPointer { indices in
    #if DoublePrecision
      for (row, index) in indices[range].enumerated() {
        (start + row * width).update(from: source + index * width, count: width)
      }
    #else
      guard width > 1 else {
        for (row, index) in indices[range].enumerated() { start[row] = source[index] }
        return
      }
      vectors_gather(
        source, indices.baseAddress.map { $0 + range.lowerBound }, range.count, width, start)
    #endif
  }
}

@inline(__always) private func add(
  _ source: UnsafeMutablePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, _ count: Int
) {
  for lane in 0..<count { target[lane] += source[lane] }
}
