import Kernels

/// How a kernel moves over the spatial axes of a series, an image or a volume.
///
/// ```swift
/// Window(stride: 2, padding: 1)        // the same along each axis
/// Window(stride: [2, 1], padding: .same)
/// Window(padding: .sides(before: 0, after: 1), dilation: 2, groups: 4)
/// ```
public struct Window: Hashable, Sendable {
  /// By how many pixels the kernel moves.
  public var stride: PerAxis
  /// What stands around the image.
  public var padding: Padding
  /// How far the kernel's own pixels stand apart: 1 where they are neighbours.
  public var dilation: PerAxis
  /// In how many groups the channels are convolved, each with itself alone.
  public var groups: Int

  /// Creates a window; one number stands for every axis.
  ///
  /// - Parameters:
  ///   - stride: By how many pixels the kernel moves.
  ///   - padding: What stands around the image.
  ///   - dilation: How far the kernel's own pixels stand apart.
  ///   - groups: In how many groups the channels are convolved; it divides both numbers of channels.
  public init(
    stride: PerAxis = 1, padding: Padding = 0, dilation: PerAxis = 1, groups: Int = 1
  ) {
    require(groups >= 1, "channels are convolved in at least 1 group, not \(groups)")
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
    self.groups = groups
  }

  /// Returns the axes along which a kernel slides over an image.
  func axes(image: [Int], kernel: [Int]) -> [SlidingAxis] {
    require(
      stride.isFor(axes: image.count) && dilation.isFor(axes: image.count)
        && padding.isFor(axes: image.count),
      "\(self) has numbers for other axes than the \(image.count) of images of \(image)")
    return image.indices.map { index in
      let (stride, dilation) = (stride[index], dilation[index])
      require(
        stride >= 1 && dilation >= 1 && kernel[index] >= 1,
        "stride \(stride), dilation \(dilation) and kernel \(kernel[index]) are 1 or more")
      let reach = (kernel[index] - 1) * dilation + 1
      let (before, after) = padding.widths(
        index, extent: image[index], reach: reach, stride: stride)
      require(before >= 0 && after >= 0, "padding of \(before) and \(after) is less than none")
      return SlidingAxis(
        extent: image[index], kernel: kernel[index], stride: stride, dilation: dilation,
        before: before, after: after)
    }
  }
}

/// One number for each spatial axis, or one for all of them.
public struct PerAxis: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// Three numbers, and for how many axes they are: 0 if for any.
  private var numbers: SIMD4<Int16>

  /// Creates one number for all axes.
  public init(_ number: Int) {
    numbers = SIMD4(repeating: Self.short(number))
    numbers[3] = 0
  }

  /// Creates a number for each of one to three axes, the outermost first.
  public init(_ each: [Int]) {
    require(1...3 ~= each.count, "there are one to three spatial axes, not \(each.count)")
    self.init(each[0])
    for (axis, number) in each.enumerated() { numbers[axis] = Self.short(number) }
    numbers[3] = each.count == 1 ? 0 : Int16(each.count)
  }

  private static func short(_ number: Int) -> Int16 {
    require(number.magnitude < 32768, "\(number) is too large for a window")
    return Int16(number)
  }

  /// Whether it says something of so many axes, no more and no fewer.
  func isFor(axes count: Int) -> Bool { numbers[3] == 0 || Int(numbers[3]) == count }

  public init(integerLiteral number: Int) { self.init(number) }
  public init(arrayLiteral each: Int...) { self.init(each) }

  /// The number of a spatial axis, of which the outermost is 0.
  public subscript(axis: Int) -> Int { Int(numbers[axis]) }
}

/// What stands around an image.
public enum Padding: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// So many pixels on each side.
  case zeros(PerAxis)
  /// So many pixels before and after.
  case sides(before: PerAxis, after: PerAxis)
  /// As many pixels as make the result extend as far as the image, over the stride and rounded up;
  /// an odd one stands after the image, as in Keras.
  case same

  public init(integerLiteral number: Int) { self = .zeros(PerAxis(number)) }
  public init(arrayLiteral each: Int...) { self = .zeros(PerAxis(each)) }

  func isFor(axes count: Int) -> Bool {
    switch self {
    case .zeros(let widths): widths.isFor(axes: count)
    case .sides(let before, let after): before.isFor(axes: count) && after.isFor(axes: count)
    case .same: true
    }
  }

  func widths(
    _ axis: Int, extent: Int, reach: Int, stride: Int
  ) -> (before: Int, after: Int) {
    switch self {
    case .zeros(let widths): return (widths[axis], widths[axis])
    case .sides(let before, let after): return (before[axis], after[axis])
    case .same:
      let all = max(((extent + stride - 1) / stride - 1) * stride + reach - extent, 0)
      return (all / 2, all - all / 2)
    }
  }
}
