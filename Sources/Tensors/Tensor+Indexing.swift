import Kernels

extension Tensor {
  /// Returns the rows at the indices, in their order; an index may come more than once.
  public func rows(_ indices: some Collection<Int>) -> Tensor { slice(indices, along: 0) }

  /// Returns the positions of an axis, which may count from the end, at indices.
  ///
  /// Strides are indices too: `x.slice(stride(from: 0, to: 8, by: 2), along: 1)`.
  ///
  /// - Parameters:
  ///   - indices: In the order of the result; one may come more than once.
  ///   - axis: The axis.
  /// - Returns: The tensor with as many positions along the axis as there are indices.
  public func slice(_ indices: some Sequence<Int>, along axis: Int) -> Tensor {
    let (axis, indices) = (shape.index(of: axis), Array(indices))
    checkIndices(indices, below: shape[axis])
    return applying(.gather(indices, axis: axis))
  }

  /// Returns the tensor with the positions of an axis, which may count from the end, turned round.
  public func reversed(along axis: Int) -> Tensor {
    slice((0..<shape[shape.index(of: axis)]).reversed(), along: axis)
  }

  /// Returns the sum of the rows of each segment, zeros where a segment has none.
  ///
  /// The rows of a segment are added in their order, with any number of threads.
  ///
  /// - Parameters:
  ///   - segments: For each row of the tensor, the row of the result that it comes to.
  ///   - count: The number of segments.
  /// - Returns: One row for each segment.
  public func segmentSum(_ segments: some Collection<Int>, count: Int) -> Tensor {
    let segments = checkedSegments(segments, count: count)
    return applying(.scatter(segments, axis: 0, extent: count))
  }

  /// Returns the mean of the rows of each segment, as ``segmentSum(_:count:)`` the sum.
  public func segmentMean(_ segments: some Collection<Int>, count: Int) -> Tensor {
    let segments = checkedSegments(segments, count: count)
    var sizes = Array(repeating: Scalar(0), count: count)
    for segment in segments { sizes[segment] += 1 }
    let extents = [count] + Array(repeating: 1, count: shape.rank - 1)
    return segmentSum(segments, count: count)
      / Tensor(sizes.map { Swift.max($0, 1) }, shape: Shape(extents))
  }

  /// Returns the greatest of the rows of each segment, as ``segmentSum(_:count:)`` the sum; where
  /// several are, each has its share of the gradient.
  public func segmentMax(_ segments: some Collection<Int>, count: Int) -> Tensor {
    applying(.segmentMaximum(checkedSegments(segments, count: count), count: count))
  }

  /// Returns the scalars at positions along an axis, which may count from the end.
  ///
  /// With two axes and `axis` 1 it is `result[i, j] = self[i, indices[i, j]]`.
  ///
  /// - Parameters:
  ///   - indices: Whole numbers, of the extents of this tensor but for the axis.
  ///   - axis: The axis.
  /// - Returns: Of the shape of the indices.
  public func gathered(at indices: Tensor, along axis: Int) -> Tensor {
    let axis = shape.index(of: axis)
    require(
      indices.shape.rank == shape.rank
        && indices.shape.replacing(axis, with: shape[axis]) == shape,
      "indices of shape \(indices.shape) along axis \(axis) do not meet the shape \(shape)")
    if let wrong = firstInvalidLabel(indices.plain, count: shape[axis]) {
      fatalError(
        "the index \(wrong) is not one of 0 to \(shape[axis] - 1), axis \(axis) of \(shape)")
    }
    return applying(.take(axis: axis), with: indices.detached())
  }

  /// Returns the positions that sort each line along the last axis from the least to the greatest.
  ///
  /// Equal scalars stay in their order; what is not a number comes last. No gradient flows.
  public func argsort() -> Tensor {
    require(shape.rank > 0, "a single scalar has no axis to sort")
    return detached().applying(.argsort)
  }

  /// Returns each line along the last axis sorted from the least to the greatest.
  ///
  /// The gradient goes to where the scalars come from.
  public func sorted() -> Tensor { applying(.take(axis: shape.rank - 1), with: argsort()) }

  /// Returns the sums of all scalars up to each along an axis, which may count from the end.
  public func cumulativeSum(along axis: Int) -> Tensor {
    applying(.cumulativeSum(axis: shape.index(of: axis), isReversed: false))
  }

  private func checkedSegments(_ segments: some Collection<Int>, count: Int) -> [Int] {
    let segments = Array(segments)
    require(
      shape.rank > 0 && segments.count == shape[0],
      "\(segments.count) segments are not those of the rows of shape \(shape)")
    require(count >= 0, "a number of segments is not negative, as \(count) is")
    checkIndices(segments, below: count)
    return segments
  }
}

/// Returns the rows of a table at whole numbers: of shape `[…, width]` for indices `[…]`.
public func embedding(_ indices: Tensor, in table: Tensor) -> Tensor {
  require(
    table.shape.rank == 2 && indices.shape.rank < 6,
    "a table of shape \(table.shape) has no rows for indices of shape \(indices.shape)")
  let labels = indices.plain
  if let wrong = firstInvalidLabel(labels, count: table.shape[0]) {
    fatalError("the index \(wrong) is not one of the rows 0 to \(table.shape[0] - 1)")
  }
  return table.applying(.gather(labels.array.map { Int($0) }, axis: 0))
    .reshaped(to: Shape(indices.shape.extents + [table.shape[1]]))
}

private func checkIndices(_ indices: [Int], below count: Int) {
  for index in indices where index < 0 || index >= count {
    fatalError("the row \(index) is not one of the rows 0 to \(count - 1)")
  }
}
