import Kernels

/// What the machine gives at most, measured by what a step is made of.
struct Floor: Encodable {
  /// Billions of operations a second of matrix products, by their extents.
  let products: [String: Double]
  /// Billions of bytes a second of `a = b + s·c` over arrays far larger than the caches.
  let triad: Double

  static func measured() -> Floor {
    var products: [String: Double] = [:]
    for (extents, transposition) in shapes {
      let left =
        transposition.left
        ? "(\(extents.inner)×\(extents.rows))ᵀ" : "\(extents.rows)×\(extents.inner)"
      products["\(left) · \(extents.inner)×\(extents.columns)"] = rate(extents, transposition)
    }
    return Floor(products: products, triad: bandwidth())
  }

  /// The cube that stands for all, and products of the models, forward and of a weight's gradient.
  private static let shapes = [
    (ProductExtents(rows: 1024, inner: 1024, columns: 1024), Transposition()),
    (ProductExtents(rows: 100, inner: 100, columns: 64), Transposition()),
    (ProductExtents(rows: 100, inner: 100, columns: 64), Transposition(left: true)),
    (ProductExtents(rows: 128, inner: 784, columns: 128), Transposition()),
    (ProductExtents(rows: 784, inner: 128, columns: 128), Transposition(left: true)),
    (ProductExtents(rows: 512, inner: 50, columns: 200), Transposition()),
    (ProductExtents(rows: 3200, inner: 64, columns: 256), Transposition()),
  ]

  private static func rate(_ extents: ProductExtents, _ transposition: Transposition) -> Double {
    let left = Storage(repeating: 0.5, count: extents.rows * extents.inner)
    let right = Storage(repeating: 0.5, count: extents.inner * extents.columns)
    let operations = 2.0 * Double(extents.rows * extents.inner * extents.columns)
    let calls = max(1, Int(2e9 / operations))
    let time = best {
      for _ in 0..<calls { _ = matrixProduct(left, right, extents, transposing: transposition) }
    }
    return operations * Double(calls) / time / 1e9
  }

  private static func bandwidth() -> Double {
    let count = 1 << 24
    let arrays = (0..<3).map { Storage(repeating: Scalar($0), count: count) }
    let (a, b, c) = (arrays[0].scalars, arrays[1].scalars, arrays[2].scalars)
    let time = best {
      Threads.parallel(count: count, grain: 1 << 20) { range in
        for index in range { a[index] = b[index] + 3 * c[index] }
      }
    }
    return withExtendedLifetime(arrays) {
      3 * Double(count * MemoryLayout<Scalar>.stride) / time / 1e9
    }
  }

  /// Returns the least time of seven runs, after one that is not counted.
  private static func best(_ body: () -> Void) -> Double {
    body()
    return (0..<7).map { _ in
      let start = seconds()
      body()
      return seconds() - start
    }.min() ?? .infinity
  }
}
