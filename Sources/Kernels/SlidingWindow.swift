/// An axis of an image along which a kernel slides.
package struct SlidingAxis: Hashable, Sendable {
  /// How many pixels the image extends, and the kernel.
  package let extent, kernel: Int
  /// By how many pixels the kernel moves, and how far its own pixels stand apart.
  package let stride, dilation: Int
  /// How many pixels are added at the start and at the end.
  package let before, after: Int

  package init(
    extent: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0, after: Int = 0
  ) {
    (self.extent, self.kernel, self.stride, self.dilation) = (extent, kernel, stride, dilation)
    (self.before, self.after) = (before, after)
  }

  /// How many pixels the kernel spans.
  package var reach: Int { (kernel - 1) * dilation + 1 }
  /// How many places the kernel takes: the extent of the result.
  package var positions: Int { (extent + before + after - reach) / stride + 1 }
}

/// A convolution of a batch of images of one to three spatial axes.
package struct ConvolutionProblem: Hashable, Sendable {
  package let batch, inputs, outputs: Int
  /// In how many groups the channels are convolved, each with itself alone.
  package let groups: Int
  package let axes: [SlidingAxis]

  package init(batch: Int, inputs: Int, outputs: Int, groups: Int = 1, axes: [SlidingAxis]) {
    (self.batch, self.inputs, self.outputs) = (batch, inputs, outputs)
    (self.groups, self.axes) = (groups, axes)
  }

  package var inputExtents: [Int] { [batch, inputs] + axes.map(\.extent) }
  package var outputExtents: [Int] { [batch, outputs] + axes.map(\.positions) }
  package var weightExtents: [Int] { [outputs, inputs / groups] + axes.map(\.kernel) }
}

/// What becomes of the pixels of each channel in each place of a window.
package struct PoolingProblem: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case greatest
    /// The mean, of the pixels of the image alone or with the zeros around it.
    case mean, meanWithPadding
  }

  package let kind: Kind
  package let batch, channels: Int
  package let axes: [SlidingAxis]

  package init(_ kind: Kind, batch: Int, channels: Int, axes: [SlidingAxis]) {
    (self.kind, self.batch, self.channels, self.axes) = (kind, batch, channels, axes)
  }

  package var inputExtents: [Int] { [batch, channels] + axes.map(\.extent) }
  package var outputExtents: [Int] { [batch, channels] + axes.map(\.positions) }

  /// Whether the window meets a pixel of the image wherever it stands.
  package var alwaysMeetsPixel: Bool {
    axes.allSatisfy { axis in
      axis.extent + axis.before + axis.after >= axis.reach
        && (0..<axis.positions).allSatisfy { position in
          (0..<axis.kernel).contains {
            0..<axis.extent ~= position * axis.stride + $0 * axis.dilation - axis.before
          }
        }
    }
  }
}

extension [Int] {
  /// The extents of a batch of series as those of images one pixel high, for which the kernels are
  /// better; others as they are.
  var asImages: [Int] { count == 3 ? [self[0], self[1], 1, self[2]] : self }
}
