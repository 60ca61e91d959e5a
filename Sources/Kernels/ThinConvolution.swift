#if !DoublePrecision
  import CVectors
  import Synchronization

  extension ConvolutionProblem {
    /// Whether the input has so few channels that the kernels of oneDNN, which pad them to a vector
    /// of channels, would mostly multiply by zero: in the gradients, for the first or the last layer
    /// of a network of images.
    var isThin: Bool { groups == 1 && inputs <= 3 && outputs % 8 == 0 }
  }

  /// Returns the gradient of a convolution of few channels with respect to its weight, or `nil` if
  /// vectors are wider than a block of the output's channels can be.
  ///
  /// Each block of channels is summed image by image: the same bits with any number of threads.
  func thinWeightGradient(
    _ input: Storage, _ slope: Storage, _ problem: ConvolutionProblem
  ) -> Storage? {
    guard let slope = inBlocks(slope, problem), let width = slope.layout?.channelBlock else {
      return nil
    }
    let plan = ThinPlan.of(problem, width: width)
    let (images, taps) = (plan.padded(rowMajor(input), problem), problem.axes.taps)
    let sums = Storage(repeating: 0, count: problem.outputs * problem.inputs * taps)
    let (blocks, channels) = (problem.outputs / width, problem.inputs)
    let (x, c, w) = (images.scalars, slope.scalars, sums.scalars)
    plan.withSliding(problem, width: width) { sliding in
      Threads.parallel(count: blocks, grain: 1) { range in
        for block in range {
          for image in 0..<problem.batch {
            let c = c + (image * blocks + block) * sliding.positions * width
            for channel in 0..<channels {
              withUnsafePointer(to: sliding) {
                vectors_correlate_taps(
                  $0, x + (image * channels + channel) * plan.paddedPixels, c,
                  w + (block * channels + channel) * taps * width)
              }
            }
          }
        }
      }
    }
    let result = Storage(count: sums.count)
    for (index, (output, channel, tap)) in problem.weights.enumerated() {
      let block = output / width * channels + channel
      result.scalars[index] = w[(block * taps + tap) * width + output % width]
    }
    withExtendedLifetime((images, slope, sums)) {}
    return result
  }

  /// Returns the gradient of a convolution of few channels with respect to its input, or `nil` as
  /// ``thinWeightGradient(_:_:_:)`` does.
  func thinInputGradient(
    _ slope: Storage, _ weight: Storage, _ problem: ConvolutionProblem
  ) -> Storage? {
    guard let slope = inBlocks(slope, problem), let width = slope.layout?.channelBlock else {
      return nil
    }
    let (weight, taps) = (rowMajor(weight), problem.axes.taps)
    let (blocks, channels) = (problem.outputs / width, problem.inputs)
    let factors = Storage(count: problem.outputs * channels * taps)
    for (index, (output, channel, tap)) in problem.weights.enumerated() {
      let block = channel * blocks + output / width
      factors.scalars[(block * taps + tap) * width + output % width] = weight.scalars[index]
    }
    let pixels = problem.axes.pixels
    let result = Storage(count: problem.batch * channels * pixels)
    let (x, c, w) = (result.scalars, slope.scalars, factors.scalars)
    ThinPlan.of(problem, width: width).withSliding(problem, width: width) { sliding in
      let (outputs, weights) = (blocks * sliding.positions * width, blocks * taps * width)
      Threads.parallel(count: problem.batch, grain: max(1, elementGrain / outputs)) { range in
        withUnsafePointer(to: sliding) { sliding in
          for image in range {
            for channel in 0..<channels {
              vectors_gather_taps(
                sliding, c + image * outputs, w + channel * weights,
                x + (image * channels + channel) * pixels)
            }
          }
        }
      }
    }
    withExtendedLifetime((weight, factors, slope)) {}
    return result
  }

  /// Returns the output's images in blocks of channels that vectors fill, or `nil` if none do.
  private func inBlocks(_ images: Storage, _ problem: ConvolutionProblem) -> Storage? {
    if let width = images.layout?.channelBlock, width * 32 >= VectorWidth.bits { return images }
    let width = VectorWidth.bits > 256 ? 16 : 8
    guard problem.outputs % width == 0 else { return nil }
    let target = Layout.channels(problem.outputExtents, inBlocksOf: width)
    return reordered(images, from: images.layout ?? target.rowMajor, to: target)
  }

  extension ConvolutionProblem {
    /// The channels and the tap of each weight, in row-major order.
    fileprivate var weights: some Sequence<(output: Int, channel: Int, tap: Int)> {
      let taps = axes.taps
      return (0..<outputs * inputs * taps).lazy.map { index in
        (index / taps / inputs, index / taps % inputs, index % taps)
      }
    }
  }

  /// Where a kernel stands and what it meets, of one channel and one block.
  private final class ThinPlan: Sendable {
    let starts, offsets, firsts: [Int]
    let pairs: [vectors_pair]
    /// The extents with all that pads an image.
    let paddedExtents: [Int]
    var paddedPixels: Int { paddedExtents.reduce(1, *) }

    private struct Key: Hashable {
      let axes: [SlidingAxis]
      let width: Int
    }
    private static let known = Mutex<[Key: ThinPlan]>([:])

    static func of(_ problem: ConvolutionProblem, width: Int) -> ThinPlan {
      let key = Key(axes: problem.axes, width: width)
      return known.withLock { known in
        if let found = known[key] { return found }
        let plan = ThinPlan(problem.axes, width: width)
        known[key] = plan
        return plan
      }
    }

    private init(_ axes: [SlidingAxis], width: Int) {
      let padded = axes.map {
        max($0.extent + $0.before, ($0.positions - 1) * $0.stride + $0.reach)
      }
      paddedExtents = padded
      /// The offsets of a grid of points in a padded image.
      func offsets(_ counts: [Int], _ steps: [Int]) -> [Int] {
        zip(padded, zip(counts, steps)).reduce([0]) { outer, axis in
          let (extent, (count, step)) = axis
          return outer.flatMap { start in (0..<count).map { start * extent + $0 * step } }
        }
      }
      starts = offsets(axes.map(\.positions), axes.map(\.stride))
      self.offsets = offsets(axes.map(\.kernel), axes.map(\.dilation))
      var meetings = [[vectors_pair]](repeating: [], count: axes.pixels)
      for meeting in axes.meetings {
        meetings[meeting.pixel].append(
          vectors_pair(x: meeting.tap * width, c: meeting.position * width))
      }
      pairs = Array(meetings.joined())
      firsts = meetings.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    }

    /// Returns the images with zeros around them.
    func padded(_ images: Storage, _ problem: ConvolutionProblem) -> Storage {
      let extents = problem.axes.map(\.extent)
      if extents == paddedExtents { return images }
      let count = problem.batch * problem.inputs
      let result = Storage(repeating: 0, count: count * paddedPixels)
      let width = extents[extents.count - 1]
      let rows = zip(problem.axes, paddedExtents).dropLast().reduce([0]) { outer, axis in
        outer.flatMap { row in
          (0..<axis.0.extent).map { row * axis.1 + axis.0.before + $0 }
        }
      }
      let (row, before) = (paddedExtents[extents.count - 1], problem.axes[extents.count - 1].before)
      for image in 0..<count {
        for (index, place) in rows.enumerated() {
          (result.scalars + image * paddedPixels + place * row + before).update(
            from: images.scalars + (image * rows.count + index) * width, count: width)
        }
      }
      withExtendedLifetime(images) {}
      return result
    }

    func withSliding(_ problem: ConvolutionProblem, width: Int, _ body: (vectors_sliding) -> Void) {
      starts.withUnsafeBufferPointer { starts in
        offsets.withUnsafeBufferPointer { offsets in
          pairs.withUnsafeBufferPointer { pairs in
            firsts.withUnsafeBufferPointer { firsts in
              body(
                vectors_sliding(
                  pixels: problem.axes.pixels, positions: problem.axes.positions,
                  taps: problem.axes.taps, blocks: problem.outputs / width, width: width,
                  starts: starts.baseAddress, offsets: offsets.baseAddress,
                  pairs: pairs.baseAddress, firsts: firsts.baseAddress))
            }
          }
        }
      }
    }
  }
#endif
