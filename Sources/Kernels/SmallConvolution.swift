#if !DoublePrecision
  import COneDNN
  import CVectors

  extension ConvolutionProblem {
    /// The most meetings of a tap with pixels for which ``correlation(_:_:_:)`` is the faster.
    private static let most = 1024

    /// Whether few pixels meet many channels, for which oneDNN's kernel is slow: it multiplies by
    /// what pads the images, too.
    var isSmall: Bool {
      groups == 1 && inputs % 16 == 0 && outputs % 16 == 0
        && batch * axes.positions <= Self.most && axes.taps > 1
    }
  }

  /// Returns the gradient of a convolution with respect to its weight, or `nil` if the images do not
  /// stand in blocks of sixteen channels.
  ///
  /// The weights of sixteen channels of the input and sixteen of the output at one tap are a sum
  /// over the pixels that the tap meets, and no other; it gives the same bits with any number of
  /// threads.
  func correlation(
    _ input: Storage, _ slope: Storage, _ problem: ConvolutionProblem
  ) -> Storage? {
    guard input.layout?.isSixteenChannels == true, slope.layout?.isSixteenChannels == true else {
      return nil
    }
    let extents = problem.weightExtents.asImages
    let layout = Layout.of(
      described(
        extents.map { dnnl_dim_t($0) }, as: extents.count == 4 ? dnnl_ABcd16b16a : dnnl_ABcde16b16a)
    )
    let result = Storage(count: layout.count, layout: layout)
    let (pixels, positions) = (problem.axes.pixels * 16, problem.axes.positions * 16)
    let (blocks, taps) = (problem.inputs / 16, problem.axes.taps)
    let (x, c, weights) = (input.scalars, slope.scalars, result.scalars)
    let (pairs, starts) = problem.pairs
    pairs.withUnsafeBufferPointer { pairs in
      Threads.parallel(count: problem.outputs / 16 * blocks, grain: 4) { range in
        for block in range {
          let (x, c) = (x + block % blocks * pixels, c + block / blocks * positions)
          for tap in 0..<taps {
            let pairs = pairs[starts[tap]..<starts[tap + 1]]
            vectors_correlate(
              x, c, UnsafeBufferPointer(rebasing: pairs).baseAddress, pairs.count,
              weights + (block * taps + tap) * 256)
          }
        }
      }
    }
    withExtendedLifetime((input, slope)) {}
    return result
  }

  extension ConvolutionProblem {
    /// What meets of the first blocks of channels of the input and of the output, tap after tap,
    /// and where each tap starts.
    fileprivate var pairs: (all: [vectors_pair], starts: [Int]) {
      var pairs = [[vectors_pair]](repeating: [], count: axes.taps)
      let meetings = axes.meetings
      for image in 0..<batch {
        for meeting in meetings {
          pairs[meeting.tap].append(
            vectors_pair(
              x: image * inputs * axes.pixels + meeting.pixel * 16,
              c: image * outputs * axes.positions + meeting.position * 16))
        }
      }
      return (
        Array(pairs.joined()), pairs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
      )
    }
  }
#endif
