import Kernels

// From shapes to the kernels' extents.

func mapped(_ function: UnaryFunction, _ x: Inputs) -> Tensor {
  Tensor(elementwise(function, x[0].storage), shape: x[0].shape)
}

func combined(_ function: BinaryFunction, _ x: Inputs) -> Tensor { combined(function, x[0], x[1]) }

private func combined(_ function: BinaryFunction, _ a: Tensor, _ b: Tensor) -> Tensor {
  if a.shape == b.shape {
    return Tensor(elementwise(function, a.storage, b.storage), shape: a.shape)
  }
  let shape = a.shape.broadcast(with: b.shape)
  if shape.count == 0 { return Tensor(Storage(count: 0), shape: shape) }
  #if !DoublePrecision
    if case .multiply = function, shape == a.shape, a.shape.rank == 4, b.shape == a.shape.ofImages,
      let product = multiplied(a.storage, byChannels: b.plain)
    {
      return Tensor(product, shape: shape)
    }
  #endif
  if shape == a.shape, let stretch = b.shape.stretch(to: shape) {
    return Tensor(elementwise(function, a.storage, b.storage, stretch), shape: shape)
  }
  return combined(function, stretched(a, to: shape), stretched(b, to: shape))
}

func product(_ x: Inputs, _ transposition: Transposition) -> Tensor {
  let (a, b) = (x[0], x[1])
  let (rows, inner) = transposition.left ? (a.shape[1], a.shape[0]) : (a.shape[0], a.shape[1])
  let columns = transposition.right ? b.shape[0] : b.shape[1]
  let extents = ProductExtents(rows: rows, inner: inner, columns: columns)
  return Tensor(
    matrixProduct(a.plain, b.plain, extents, transposing: transposition),
    shape: Shape(rows: rows, columns: columns))
}

func products(_ x: Inputs, _ transposition: Transposition) -> Tensor {
  let (a, b) = (x[0].shape, x[1].shape)
  let last = a.rank - 1
  let (rows, inner) = transposition.left ? (a[last], a[last - 1]) : (a[last - 1], a[last])
  let columns = transposition.right ? b[last - 1] : b[last]
  return Tensor(
    batchedProduct(
      x[0].plain, x[1].plain, count: a.extents.dropLast(2).reduce(1, *),
      ProductExtents(rows: rows, inner: inner, columns: columns), transposing: transposition),
    shape: a.replacing(last - 1, with: rows).replacing(last, with: columns))
}

func affine(_ x: Inputs, _ activation: Activation) -> Tensor {
  let extents = ProductExtents(
    rows: x[0].shape[0], inner: x[1].shape[0], columns: x[1].shape[1])
  return Tensor(
    linear(x[0].plain, x[1].plain, x[2].plain, extents, activation: activation.kernel),
    shape: Shape(rows: extents.rows, columns: extents.columns))
}

func rearranged(_ a: Tensor, _ axes: [Int]) -> Tensor {
  Tensor(
    permuted(a.plain, extents: a.shape.extents, axes: axes), shape: Shape(axes.map { a.shape[$0] }))
}

func stretched(_ a: Tensor, to shape: Shape) -> Tensor {
  if a.shape == shape { return a }
  if a.shape.count == 1 { return Tensor(repeating: a.plain[0], shape: shape) }
  return Tensor(
    a.shape.spans(stretchedTo: shape).reduce(a.plain) { repeated($0, $1) }, shape: shape)
}

/// Returns `collapse` of each run of axes that `shape` has not, the innermost run first.
func collapsed(
  _ a: Tensor, to shape: Shape, _ collapse: (Storage, Span) -> Storage
) -> Tensor {
  Tensor(
    shape.spans(stretchedTo: a.shape).reversed().reduce(a.plain, collapse), shape: shape)
}

/// Returns the sums, without leaving the layout of images where they are of channels.
func summed(_ a: Tensor, to shape: Shape) -> Tensor {
  if 3...5 ~= a.shape.rank, [a.shape.ofChannels, a.shape.ofImages].contains(shape) {
    let sum = shape[0] == 1 ? sumOfChannels : sumOfPixels
    return Tensor(sum(a.storage, a.shape[0], a.shape[1], a.shape.pixels), shape: shape)
  }
  return collapsed(a, to: shape) { sum($0, $1) }
}

func cut(_ a: Tensor, _ axis: Int, _ range: Range<Int>) -> Tensor {
  #if !DoublePrecision
    if axis == 1, let part = sliceOfChannels(a.storage, extents: a.shape.extents, range) {
      return Tensor(part, shape: a.shape.replacing(axis, with: range.count))
    }
  #endif
  return Tensor(
    slice(a.plain, a.shape.span(along: axis), range),
    shape: a.shape.replacing(axis, with: range.count))
}

func surrounded(_ a: Tensor, _ axis: Int, _ start: Int, _ extent: Int) -> Tensor {
  Tensor(
    padded(a.plain, a.shape.span(along: axis), from: start, to: extent),
    shape: a.shape.replacing(axis, with: extent))
}

func joined(_ x: Inputs, _ axis: Int) -> Tensor {
  #if !DoublePrecision
    let shape = x[0].shape.replacing(axis, with: x[0].shape[axis] + x[1].shape[axis])
    if axis == 1,
      let whole = concatenatedChannels(x[0].storage, x[1].storage, extents: shape.extents)
    {
      return Tensor(whole, shape: shape)
    }
  #endif
  let (a, b) = (x[0].shape.span(along: axis), x[1].shape.span(along: axis))
  return Tensor(
    concatenated(
      x[0].plain, x[1].plain, outer: a.outer,
      blocks: (a.middle * a.inner, b.middle * b.inner)),
    shape: x[0].shape.replacing(axis, with: a.middle + b.middle))
}

func gathered(_ a: Tensor, _ indices: [Int], _ axis: Int) -> Tensor {
  Tensor(
    gather(indices, of: a.plain, a.shape.span(along: axis)),
    shape: a.shape.replacing(axis, with: indices.count))
}

func scattered(_ a: Tensor, _ indices: [Int], _ axis: Int, _ extent: Int) -> Tensor {
  let shape = a.shape.replacing(axis, with: extent)
  return Tensor(scatter(indices, a.plain, shape.span(along: axis)), shape: shape)
}

func taken(_ x: Inputs, _ axis: Int) -> Tensor {
  Tensor(
    take(
      x[0].plain, at: x[1].plain, x[0].shape.span(along: axis), count: x[1].shape[axis]),
    shape: x[1].shape)
}

func put(_ x: Inputs, _ axis: Int, _ extent: Int) -> Tensor {
  let shape = x[0].shape.replacing(axis, with: extent)
  return Tensor(
    Kernels.put(x[0].plain, at: x[1].plain, shape.span(along: axis), count: x[1].shape[axis]),
    shape: shape)
}

func segmentMaximum(_ a: Tensor, _ segments: [Int], _ count: Int) -> Tensor {
  Tensor(
    Kernels.segmentMaximum(segments, a.plain, width: a.shape.rowWidth, count: count),
    shape: a.shape.replacing(0, with: count))
}

extension Shape {
  /// The number of scalars in each row, which is what stands at an index of the first axis.
  var rowWidth: Int { (1..<max(rank, 1)).reduce(1) { $0 * self[$1] } }
}
