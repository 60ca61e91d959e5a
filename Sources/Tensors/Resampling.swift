import Kernels

/// How an image is drawn with other extents.
public enum Interpolation: String, Hashable, Sendable, CaseIterable {
  /// Each pixel is the nearest one.
  case nearest
  /// Each pixel is between its neighbours along each axis.
  case linear
}

extension Tensor {
  /// Returns a batch of series, images or volumes drawn with other extents.
  ///
  /// Pixels are areas: the centre of pixel `i` of `n` stands at `(i + 1/2) / n` of the image, as in
  /// PyTorch's `interpolate` with `align_corners=False` (its `nearest-exact` and `bilinear`) and in
  /// Keras' `UpSampling2D`. Beyond the outermost centres the outermost pixels go on.
  ///
  /// - Parameters:
  ///   - extents: The extents of the result along its spatial axes.
  ///   - interpolation: How a pixel is drawn.
  /// - Returns: Of shape `[batch, channels]` and the extents.
  public func resized(to extents: [Int], by interpolation: Interpolation = .linear) -> Tensor {
    require(
      3...5 ~= shape.rank && extents.count == shape.rank - 2
        && (extents + shape.spatial).allSatisfy { $0 > 0 },
      "a batch of shape \(shape) is not drawn with the extents \(extents)")
    let target = Shape([shape[0], shape[1]] + extents)
    if target == shape { return self }
    return .fused(Resampling(target: target, interpolation: interpolation), Inputs(self))
  }
}

private struct Resampling: FusedOperation {
  let target: Shape
  let interpolation: Interpolation

  var kind: FusedKind { .resampling }

  /// Along one axis after the other a product with the weights of its pixels.
  func composed(_ x: Inputs) -> Tensor {
    let rank = target.rank
    return (2..<rank).reduce(x[0]) { image, axis in
      let extent = target[axis]
      var order = Array(0..<rank)
      order.swapAt(axis, rank - 1)
      let turned = image.applying(.permute(order))
      let rows = turned.reshaped(to: [turned.shape.count / turned.shape.width, turned.shape.width])
      let drawn = matmul(rows, weights(from: turned.shape.width, to: extent))
      return drawn.reshaped(to: turned.shape.withLast(extent)).applying(.permute(order))
    }
  }

  /// Returns how much each pixel of the result, a column, takes of each pixel of the image, a row.
  private func weights(from count: Int, to extent: Int) -> Tensor {
    var weights = [Scalar](repeating: 0, count: count * extent)
    for column in 0..<extent {
      let centre = (Double(column) + 0.5) * Double(count) / Double(extent)
      switch interpolation {
      case .nearest: weights[min(Int(centre), count - 1) * extent + column] = 1
      case .linear:
        let place = min(max(centre - 0.5, 0), Double(count - 1))
        let (row, share) = (Int(place), place - place.rounded(.down))
        weights[row * extent + column] = Scalar(1 - share)
        if share > 0 { weights[(row + 1) * extent + column] = Scalar(share) }
      }
    }
    return Tensor(weights, shape: [count, extent])
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let value = resampled(
        x[0].storage, from: x[0].shape.extents, to: target.extents,
        isLinear: interpolation == .linear)
      return (Tensor(value, shape: target), [])
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let slope = resamplingGradient(
        c.storage, of: x[0].storage, from: x[0].shape.extents, to: target.extents,
        isLinear: interpolation == .linear)
      return wanted.flows(Tensor(slope, shape: x[0].shape))
    }
  #endif
}
