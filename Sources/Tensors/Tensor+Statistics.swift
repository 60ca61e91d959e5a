import Kernels

extension Tensor {
  /// Returns the least of all scalars; where several are, each has its share of the gradient.
  public func min() -> Tensor { -(-self).max() }

  /// Returns the least along axes, as ``max(along:keepingAxes:)`` the greatest.
  public func min(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    -(-self).max(along: axis, keepingAxes: keepingAxes)
  }

  /// Returns the positions of the greatest scalars along an axis, which may count from the end.
  ///
  /// The first of equal ones is taken, and what is not a number before all. No gradient flows.
  public func argmax(along axis: Int = -1) -> Tensor {
    let axis = shape.index(of: axis)
    require(shape[axis] > 0, "shape \(shape) has nothing along axis \(axis)")
    let extents = shape.extents.enumerated().filter { $0.offset != axis }.map(\.element)
    return Tensor(argmaximum(plain, shape.span(along: axis)), shape: Shape(extents))
  }

  /// Returns the positions of the least scalars along an axis, as ``argmax(along:)`` the greatest.
  public func argmin(along axis: Int = -1) -> Tensor { (-detached()).argmax(along: axis) }

  /// Returns the variances along an axis, which may count from the end.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - correction: What the count is lessened by: 0, or 1 for the unbiased estimate.
  ///   - keepingAxes: Whether the axis stays, with extent 1.
  /// - Returns: The sums of squared differences from the mean, over the count less the correction.
  public func variance(along axis: Int, correction: Int = 0, keepingAxes: Bool = false) -> Tensor {
    let difference = self - mean(along: axis, keepingAxes: true)
    let count = shape[shape.index(of: axis)]
    require(
      count > correction, "the variance of \(count) scalars has no correction of \(correction)")
    return (difference * difference).sum(along: axis, keepingAxes: keepingAxes)
      / Tensor(Scalar(count - correction))
  }

  /// Returns the square roots of the variances; see ``variance(along:correction:keepingAxes:)``.
  public func standardDeviation(
    along axis: Int, correction: Int = 0, keepingAxes: Bool = false
  ) -> Tensor {
    sqrt(variance(along: axis, correction: correction, keepingAxes: keepingAxes))
  }

  /// Returns the logarithms of the sums of exponentials along an axis, which neither overflow nor
  /// lose small values; of none it is -∞.
  public func logSumExp(along axis: Int, keepingAxes: Bool = false) -> Tensor {
    if shape[shape.index(of: axis)] == 0 {
      return log(sum(along: axis, keepingAxes: keepingAxes))
    }
    let greatest = detached().max(along: axis, keepingAxes: true)
    // Infinite ones would cancel to what is not a number.
    let shift = abs(greatest).compared(.less, Tensor(.infinity)).selecting(greatest, else: 0)
    let sums = log(exp(self - shift).sum(along: axis, keepingAxes: true)) + shift
    return keepingAxes ? sums : sums.sum(along: axis)
  }

  /// Returns each scalar, or the nearer end of a range that it is outside of; there the gradient
  /// is 0.
  public func clamped(to range: ClosedRange<Scalar>) -> Tensor {
    let (low, high) = (Tensor(range.lowerBound), Tensor(range.upperBound))
    let isInside = compared(.greaterOrEqual, low) * compared(.lessOrEqual, high)
    return isInside.selecting(self, else: minimum(maximum(detached(), low), high))
  }
}
