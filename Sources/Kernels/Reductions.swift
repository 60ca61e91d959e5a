#if !DoublePrecision
  /// Returns the sums over the middle axis.
  ///
  /// Sums are made in blocks whose sums are then added, so that the error does not grow with the
  /// count: of scalars side by side in Double, of rows in two levels of Float.
  package func sum(_ input: Storage, _ span: Span) -> Storage {
    let (x, inner, middle) = (input.scalars, span.inner, span.middle)
    let result = Storage(count: span.outer * inner)
    KernelClock.enter()
    defer { KernelClock.leave() }
    let y = result.scalars
    if inner == 1 {
      for outer in 0..<span.outer {
        let start = x + outer * middle
        y[outer] = Scalar(total(count: middle) { start[vector: $0] })
      }
      return result
    }
    for outer in 0..<span.outer {
      let (start, sums) = (x + outer * middle * inner, y + outer * inner)
      // The rows of a block stay in the cache from one column to the next.
      for block in stride(from: 0, to: max(middle, 1), by: 64) {
        for column in stride(from: 0, to: inner, by: 16) {
          var part = Vector(repeating: 0)
          for row in block..<min(block + 64, middle) {
            part += start[vector: row * inner + column]
          }
          let sum = block == 0 ? Vector(repeating: 0) : sums[vector: column]
          sums[vector: column] = sum + part
        }
      }
    }
    return result
  }

  /// Returns the greatest along the middle axis: not a number where any is not.
  package func maximum(_ input: Storage, _ span: Span) -> Storage {
    let (x, inner) = (input.scalars, span.inner)
    let result = Storage(count: span.outer * inner)
    KernelClock.enter()
    defer { KernelClock.leave() }
    for outer in 0..<span.outer {
      let start = x + outer * span.middle * inner
      for column in stride(from: 0, to: inner, by: 16) {
        var greatest = Vector(repeating: -.infinity)
        for row in 0..<span.middle {
          greatest = greatest.greater(start[vector: row * inner + column])
        }
        result.scalars[vector: outer * inner + column] = greatest
      }
    }
    return result
  }

  /// Returns the sum of vectors; the last is cut to the count.
  @inline(__always) func total(count: Int, _ vector: (_ offset: Int) -> Vector) -> Double {
    var total = 0.0
    for block in stride(from: 0, to: count & ~15, by: 1024) {
      var sum = Vector(repeating: 0)
      for offset in stride(from: block, to: min(block + 1024, count & ~15), by: 16) {
        sum += vector(offset)
      }
      total += Double(sum.sum())
    }
    if count & 15 > 0 {
      let isOutside = .!Vector.lanes(below: count & 15)
      total += Double(vector(count & ~15).replacing(with: 0, where: isOutside).sum())
    }
    return total
  }
#endif
