import func Kernels.require

extension Tensor {
  /// Returns the tensor with its scalars repeated to fill `shape`.
  public func broadcast(to shape: Shape) -> Tensor {
    self.shape == shape ? self : applying(.broadcast(shape))
  }

  /// Returns the tensor with its scalars summed to fit `shape`, the transpose of
  /// ``broadcast(to:)``.
  public func reduced(to shape: Shape) -> Tensor {
    self.shape == shape ? self : applying(.reduce(shape))
  }

  /// Returns the tensor with the same scalars in another shape.
  public func reshaped(to shape: Shape) -> Tensor {
    require(self.shape.count == shape.count, "\(self.shape) does not reshape to \(shape)")
    return self.shape == shape ? self : applying(.reshape(shape))
  }

  /// Returns the matrix with its rows and columns exchanged.
  public func transposed() -> Tensor {
    require(shape.rank == 2, "a tensor of shape \(shape) is not a matrix")
    return applying(.permute([1, 0]))
  }

  /// Returns the tensor with its axes in another order: axis `i` of the result is `axes[i]`.
  public func permuted(_ axes: Int...) -> Tensor { permuted(axes) }

  /// Returns the tensor with its axes in another order: axis `i` of the result is `axes[i]`.
  public func permuted(_ axes: [Int]) -> Tensor {
    require(
      axes.sorted() == Array(0..<shape.rank), "\(axes) is not an order of the axes of \(shape)")
    return applying(.permute(axes))
  }

  /// Returns the sum of all scalars.
  public func sum() -> Tensor { reduced(to: []) }

  /// Returns the sums along axes, which may count from the end.
  ///
  /// - Parameters:
  ///   - axes: The axes to sum along.
  ///   - keepingAxes: Whether the axes stay, with extent 1, so that the result stretches back.
  /// - Returns: The sums, without the axes or with them.
  public func sum(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    reduction(axes, keepingAxes) { $0.reduced(to: $1) }
  }

  /// Returns the mean of all scalars.
  public func mean() -> Tensor { sum() / Tensor(Scalar(shape.count)) }

  /// Returns the means along axes, as ``sum(along:keepingAxes:)`` the sums.
  public func mean(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    let count = Set(axes.map(shape.index(of:))).reduce(1) { $0 * shape[$1] }
    return reduction(axes, keepingAxes) { $0.reduced(to: $1) } / Tensor(Scalar(count))
  }

  /// Returns the greatest of all scalars; where several are, each has its share of the gradient.
  public func max() -> Tensor {
    require(shape.count > 0, "shape \(shape) has nothing that is the greatest or least")
    return shape.rank == 0 ? self : applying(.reduceMaximum([]))
  }

  /// Returns the greatest along axes, as ``sum(along:keepingAxes:)`` the sums; along each there is
  /// something.
  public func max(along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    require(
      axes.allSatisfy { shape[shape.index(of: $0)] > 0 },
      "shape \(shape) has nothing that is the greatest or least along \(axes)")
    return reduction(axes, keepingAxes) { $0.shape == $1 ? $0 : $0.applying(.reduceMaximum($1)) }
  }

  private func reduction(
    _ axes: [Int], _ keepingAxes: Bool, _ reduce: (Tensor, Shape) -> Tensor
  ) -> Tensor {
    let result = reduce(self, shape.collapsing(axes))
    if keepingAxes { return result }
    let dropped = Set(axes.map(shape.index(of:)))
    return result.reshaped(
      to: Shape((0..<shape.rank).filter { !dropped.contains($0) }.map { shape[$0] }))
  }

  /// Returns the part of the tensor in a range along an axis, which may count from the end.
  public func slice(_ range: Range<Int>, along axis: Int) -> Tensor {
    let axis = shape.index(of: axis)
    require(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "the range \(range) is not within 0..<\(shape[axis]), axis \(axis) of shape \(shape)")
    return range == 0..<shape[axis] ? self : applying(.slice(axis: axis, range))
  }

  /// Returns the rows in a range: what stands there along the first axis.
  public func rows(_ range: Range<Int>) -> Tensor { slice(range, along: 0) }

  /// Returns tensors one after the other along an axis; along the others they are of one extent.
  public static func concatenated(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    guard let first = tensors.first else { fatalError("there is nothing to concatenate") }
    let axis = first.shape.index(of: axis)
    for tensor in tensors.dropFirst() {
      require(
        tensor.shape.rank == first.shape.rank
          && tensor.shape.replacing(axis, with: 1) == first.shape.replacing(axis, with: 1),
        "shapes \(first.shape) and \(tensor.shape) do not join along axis \(axis)")
    }
    return joined(tensors[...], axis)
  }

  /// Joins halves, so that each scalar is copied a logarithmic number of times.
  private static func joined(_ tensors: ArraySlice<Tensor>, _ axis: Int) -> Tensor {
    if tensors.count == 1 { return tensors[tensors.startIndex] }
    let middle = tensors.startIndex + tensors.count / 2
    return joined(tensors[..<middle], axis).applying(
      .concatenate(axis: axis), with: joined(tensors[middle...], axis))
  }
}
