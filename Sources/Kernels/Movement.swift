// What moves scalars and computes nothing: the same in either precision. All is in row-major order.

/// Returns the array with its axes in another order: axis `i` of the result is `axes[i]`.
package func permuted(_ input: Storage, extents: [Int], axes: [Int]) -> Storage {
  let result = Storage(count: input.count)
  KernelClock.enter()
  defer { KernelClock.leave() }
  guard input.count > 0 else { return result }
  var strides = [Int](repeating: 1, count: extents.count)
  for axis in extents.indices.dropLast().reversed() {
    strides[axis] = strides[axis + 1] * extents[axis + 1]
  }
  let (counts, steps) = (axes.map { extents[$0] }, axes.map { strides[$0] })
  guard let width = counts.last, let step = steps.last else { return input }
  var position = [Int](repeating: 0, count: counts.count)
  var source = 0
  for row in stride(from: 0, to: input.count, by: width) {
    let (x, y) = (input.scalars + source, result.scalars + row)
    if step == 1 {
      y.update(from: x, count: width)
    } else {
      for column in 0..<width { y[column] = x[column * step] }
    }
    var axis = counts.count - 2
    while axis >= 0 {
      position[axis] += 1
      source += steps[axis]
      if position[axis] < counts[axis] { break }
      source -= steps[axis] * counts[axis]
      position[axis] = 0
      axis -= 1
    }
  }
  return result
}

/// Returns `[outer, inner]` with each row repeated along the middle axis.
package func repeated(_ input: Storage, _ span: Span) -> Storage {
  let result = Storage(count: span.count)
  KernelClock.enter()
  defer { KernelClock.leave() }
  var target = result.scalars
  for outer in 0..<span.outer {
    if span.inner == 1 {
      target.update(repeating: input.scalars[outer], count: span.middle)
      target += span.middle
      continue
    }
    for _ in 0..<span.middle {
      target.update(from: input.scalars + outer * span.inner, count: span.inner)
      target += span.inner
    }
  }
  return result
}

/// Returns the part of the middle axis in a range.
package func slice(_ input: Storage, _ span: Span, _ range: Range<Int>) -> Storage {
  let block = range.count * span.inner
  let result = Storage(count: span.outer * block)
  KernelClock.enter()
  defer { KernelClock.leave() }
  for outer in 0..<span.outer {
    (result.scalars + outer * block).update(
      from: input.scalars + (outer * span.middle + range.lowerBound) * span.inner, count: block)
  }
  return result
}

/// Returns the array with zeros around it along the middle axis, which grows to `extent`.
package func padded(_ input: Storage, _ span: Span, from start: Int, to extent: Int) -> Storage {
  let block = span.middle * span.inner
  let result = Storage(repeating: 0, count: span.outer * extent * span.inner)
  KernelClock.enter()
  defer { KernelClock.leave() }
  for outer in 0..<span.outer {
    (result.scalars + (outer * extent + start) * span.inner).update(
      from: input.scalars + outer * block, count: block)
  }
  return result
}

/// Returns two arrays one after the other along the middle axis.
package func concatenated(
  _ first: Storage, _ second: Storage, outer: Int, blocks: (first: Int, second: Int)
) -> Storage {
  let result = Storage(count: first.count + second.count)
  KernelClock.enter()
  defer { KernelClock.leave() }
  var target = result.scalars
  for row in 0..<outer {
    target.update(from: first.scalars + row * blocks.first, count: blocks.first)
    target += blocks.first
    target.update(from: second.scalars + row * blocks.second, count: blocks.second)
    target += blocks.second
  }
  return result
}

/// Returns rows that are 1 at the label and 0 elsewhere.
package func oneHot(_ labels: Storage, width: Int) -> Storage {
  let result = Storage(repeating: 0, count: labels.count * width)
  KernelClock.enter()
  defer { KernelClock.leave() }
  for row in 0..<labels.count { result.scalars[row * width + Int(labels.scalars[row])] = 1 }
  return result
}

/// Returns the first scalar that is not a whole number from 0 to below `count`.
package func firstInvalidLabel(_ labels: Storage, count: Int) -> Scalar? {
  labels.array.first { !($0 >= 0 && $0 < Scalar(count) && $0 == $0.rounded()) }
}
