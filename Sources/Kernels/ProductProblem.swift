#if !DoublePrecision
  import COneDNN
  import CVectors

  /// What a product is added to.
  enum ProductStart {
    case zero
    /// What stands in the target.
    case target
    /// Each row of the target is set to this row plus the product's.
    case row(UnsafePointer<Scalar>)
  }

  extension ProductExtents {
    /// Whether the loops of `CVectors` are faster than oneDNN's product, which packs both factors.
    ///
    /// Measured on AVX-512: they win by 1.0 to 1.5 where one axis is short, and lose by a tenth where
    /// all are long, and by more where there is but a vector.
    var suitsVectors: Bool {
      if inner == 0 { return true }
      return VectorWidth.bits > 128 && min(rows, columns) > 1 && min(inner, columns) <= 256
        && multiplications <= 1 << 28
    }
  }

  /// A product of matrices that are held: `target = scale · left · right`, or with scale 1 what that
  /// is added to.
  struct ProductProblem {
    let left, right: Matrix
    let extents: ProductExtents
    let transposition: Transposition
    let target: Matrix
    let scale: Scalar
    let start: ProductStart
    let rectifies: Bool

    /// The multiplications from which a product is worth another thread.
    private static let worthwhileWork = 1 << 17

    func computeByVectors() {
      let rowWork = max(extents.inner * extents.columns, 1)
      let grain = max((Self.worthwhileWork / rowWork + 7) & ~7, 8)
      Threads.parallel(count: extents.rows, grain: grain) { computeByVectors($0) }
    }

    /// Computes some of the rows, on the calling thread.
    func computeByVectors(_ rows: Range<Int>) {
      let first = rows.lowerBound
      var problem = vectors_product_problem()
      problem.a = vectors_factor(
        x: left.start + first * (transposition.left ? 1 : left.rowStride), row: left.rowStride,
        is_transposed: transposition.left ? 1 : 0)
      problem.b = vectors_factor(
        x: right.start, row: right.rowStride, is_transposed: transposition.right ? 1 : 0)
      problem.c = target.start + first * target.rowStride
      problem.c_row = target.rowStride
      (problem.rows, problem.inner, problem.columns) = (rows.count, extents.inner, extents.columns)
      problem.scale = scale
      switch start {
      case .zero: break
      case .target: problem.adds = 1
      case .row(let row): problem.start = row
      }
      problem.rectifies = rectifies ? 1 : 0
      vectors_product(&problem)
    }

    func computeByLibrary() {
      func letter(_ isTransposed: Bool) -> CChar { isTransposed ? 84 : 78 }
      // With a vector oneDNN divides the sums among the threads: the bits would depend on their
      // number.
      Threads.prepare(extents.rows == 1 || extents.columns == 1 ? 1 : Threads.count)
      var adds: Scalar = 0
      if case .target = start { adds = 1 }
      check(
        dnnl_sgemm(
          letter(transposition.left), letter(transposition.right), dnnl_dim_t(extents.rows),
          dnnl_dim_t(extents.columns), dnnl_dim_t(extents.inner), scale, left.start,
          dnnl_dim_t(left.rowStride), right.start, dnnl_dim_t(right.rowStride), adds, target.start,
          dnnl_dim_t(target.rowStride)))
      if case .row(let row) = start {
        vectors_add_row(target.start, row, extents.rows, extents.columns, rectifies ? 1 : 0)
      }
    }
  }
#endif
