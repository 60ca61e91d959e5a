#if !DoublePrecision
  import COneDNN
  import CVectors

  extension ConvolutionProblem {
    /// The most meetings of a tap with pixels for which ``correlation(_:_:_:)`` is the faster.
    private static let most = 1024

    /// Whether few pixels meet many channels, for which oneDNN's kernel is slow: it multiplies by
    /// what pads the images, too.
    var isSmall: Bool {
      groups == 1 && batch * axes.positions <= Self.most && axes.taps > 1
    }
  }

  /// Returns the gradient of a convolution with respect to its weight, or `nil` if the images do not
  /// stand in blocks of as many channels.
  ///
  /// The weights of a block of channels of the input and one of the output at one tap are a sum
  /// over the pixels that the tap meets, and no other; it gives the same bits with any number of
  /// threads.
  func correlation(
    _ input: Storage, _ slope: Storage, _ problem: ConvolutionProblem
  ) -> Storage? {
    guard let width = input.layout?.channelBlock, slope.layout?.channelBlock == width,
      width * 32 >= VectorWidth.bits
    else { return nil }
    let layout = Layout.weights(problem.weightExtents, inBlocksOf: width)
    let result = Storage(count: layout.count, layout: layout)
    let (pixels, positions) = (problem.axes.pixels * width, problem.axes.positions * width)
    let (blocks, taps) = (problem.inputs / width, problem.axes.taps)
    let (x, c, weights) = (input.scalars, slope.scalars, result.scalars)
    let (pairs, starts) = problem.pairs(inBlocksOf: width)
    pairs.withUnsafeBufferPointer { pairs in
      Threads.parallel(count: problem.outputs / width * blocks, grain: 4) { range in
        for block in range {
          let (x, c) = (x + block % blocks * pixels, c + block / blocks * positions)
          for tap in 0..<taps {
            let pairs = pairs[starts[tap]..<starts[tap + 1]]
            vectors_correlate(
              x, c, UnsafeBufferPointer(rebasing: pairs).baseAddress, pairs.count,
              weights + (block * taps + tap) * width * width, width)
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
    fileprivate func pairs(inBlocksOf width: Int) -> (all: [vectors_pair], starts: [Int]) {
      var pairs = [[vectors_pair]](repeating: [], count: axes.taps)
      let meetings = axes.meetings
      for image in 0..<batch {
        for meeting in meetings {
          pairs[meeting.tap].append(
            vectors_pair(
              x: image * inputs * axes.pixels + meeting.pixel * width,
              c: image * outputs * axes.positions + meeting.position * width))
        }
      }
      return (
        Array(pairs.joined()), pairs.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
      )
    }
  }
#endif
