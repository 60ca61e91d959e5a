#if !DoublePrecision
  import CVectors

  extension ConvolutionProblem {
    /// What is computed of a convolution.
    enum Direction {
      case forward, inputGradient, weightGradient
    }

    /// Whether the loops of `CVectors` over tiles are faster than oneDNN's kernel.
    ///
    /// The bounds are where they were measured to win on AVX2: with stride 1 by 1.3 to 3 times, and
    /// with stride 2, where a tile saves less, by 1.1 to 1.7. On vectors of 512 bits oneDNN has
    /// Winograd's kernels itself, and on others nothing was measured.
    ///
    /// Against Double, results of stride 1 differ by 5 to 12 parts in ten million of their size for 16
    /// to 128 channels, and by 23 for 512, where oneDNN's plain sums differ by 2 to 6 and 11; with
    /// stride 2 they differ as much as its, and gradients of weights by less.
    func suitsTiles(_ direction: Direction) -> Bool {
      guard VectorWidth.bits == 256, groups == 1, axes.count == 2,
        inputs % 8 == 0, outputs % 8 == 0, axes[0].stride == axes[1].stride,
        axes.allSatisfy({ $0.kernel == 3 && $0.dilation == 1 })
      else { return false }
      let pixels = axes.reduce(batch) { $0 * $1.positions }
      switch axes[0].stride {
      case 1:
        let tiles = axes.reduce(batch) { $0 * (($1.positions + 3) / 4) }
        // A part of a sum is of 64 tiles, and two threads want one each.
        return min(inputs, outputs) >= 16 && pixels >= 12 * tiles
          && tiles >= (direction == .weightGradient ? 128 : 32)
      case 2:
        return min(inputs, outputs) >= 32 && pixels >= 1024
          && (direction != .inputGradient || hasTiledInputGradient)
      default: return false
      }
    }

    /// Whether the gradient of the input has tiles: of stride 2, those of both axes are of one kind.
    var hasTiledInputGradient: Bool {
      axes[0].stride == 1 || (axes[0].before - axes[1].before) % 2 == 0
    }
  }

  /// Returns a convolution, computed by tiles with fewer multiplications than pixels meet: a quarter
  /// with stride 1 (Lavin and Gray, arXiv:1509.09308), and 25 of 36 with stride 2.
  ///
  /// - Parameters:
  ///   - input: The images.
  ///   - weight: The kernels.
  ///   - bias: What is added to each channel, if anything.
  ///   - problem: A kernel of 3×3 pixels of stride 1 or 2, and channels that are multiples of 8.
  ///   - rectifies: Whether what is negative becomes 0 at the end.
  /// - Returns: The results, in blocks of 8 channels.
  func tiledConvolution(
    _ input: Storage, weight: Storage, bias: Storage?, _ problem: ConvolutionProblem,
    rectifies: Bool
  ) -> Storage {
    let kernel = vectors_kernel(
      x: nil, channel_step: 9, output_step: 9 * problem.inputs, is_turned: 0)
    return Tiling(problem).convolution(
      of: input, problem.inputExtents, weight, kernel, bias: bias, rectifies: rectifies,
      to: problem.outputExtents)
  }

  /// Returns the gradient of a convolution with respect to its input, computed by tiles: of stride 1,
  /// it is the convolution of the slopes with the turned kernels.
  ///
  /// - Parameters:
  ///   - slope: The slopes of the results.
  ///   - weight: The kernels.
  ///   - bias: What is added to each channel, if anything: a transposed convolution.
  ///   - problem: The convolution, as ``ConvolutionProblem/hasTiledInputGradient`` wants it.
  ///   - rectifies: Whether what is negative becomes 0 at the end.
  /// - Returns: The gradient, in blocks of 8 channels.
  func tiledInputGradient(
    _ slope: Storage, weight: Storage, bias: Storage? = nil, _ problem: ConvolutionProblem,
    rectifies: Bool = false
  ) -> Storage {
    let isPlain = problem.axes[0].stride == 1
    let kernel = vectors_kernel(
      x: nil, channel_step: 9 * problem.inputs, output_step: 9, is_turned: isPlain ? 1 : 0)
    return Tiling(inputGradientOf: problem).convolution(
      of: slope, problem.outputExtents, weight, kernel, bias: bias, rectifies: rectifies,
      to: problem.inputExtents)
  }

  /// Returns the gradient of a convolution with respect to its weight, computed by tiles.
  ///
  /// The tiles are summed in a number of parts that depends on the problem alone, and these in their
  /// order: the same bits with any number of threads.
  func tiledWeightGradient(
    _ input: Storage, _ slope: Storage, _ problem: ConvolutionProblem
  ) -> Storage {
    var tiling = Tiling(problem)
    let x = inBlocks(input, problem.inputExtents), y = inBlocks(slope, problem.outputExtents)
    (tiling.tiles.x, tiling.tiles.y) = (UnsafePointer(x.scalars), y.scalars)
    let (tiles, count) = (tiling.tiles, tiling.weights)
    let parts = tiling.parts
    let (sums, result) = (
      Storage(count: parts * count), Storage(count: problem.weightExtents.reduce(1, *))
    )
    Threads.parallel(count: parts, grain: 1) { range in
      let scratch = tiling.scratch()
      for part in range {
        let start = sums.scalars + part * count
        start.update(repeating: 0, count: count)
        for block in tiling.blocks * part / parts..<tiling.blocks * (part + 1) / parts {
          let rows = tiling.rows(block)
          withUnsafePointer(to: tiles) {
            vectors_sum_tiles($0, rows.lowerBound, rows.count, start, scratch.scalars)
          }
        }
      }
    }
    let kernel = vectors_kernel(
      x: result.scalars, channel_step: 9, output_step: 9 * problem.inputs, is_turned: 0)
    Threads.parallel(count: problem.outputs / 8, grain: 1) { range in
      withUnsafePointer(to: tiles) { tiles in
        for block in range {
          vectors_leave_kernels(tiles, kernel, sums.scalars, parts, block)
        }
      }
    }
    withExtendedLifetime((x, y, sums)) {}
    return result
  }

  /// Returns images in blocks of 8 channels.
  private func inBlocks(_ images: Storage, _ extents: [Int]) -> Storage {
    if images.layout?.channelBlock == 8 { return images }
    let target = Layout.channels(extents, inBlocksOf: 8)
    return reordered(images, from: images.layout ?? target.rowMajor, to: target)
  }

  /// How the rows of tiles of a convolution are shared out, whatever the number of threads.
  private struct Tiling {
    var tiles: vectors_tiles
    /// The rows of tiles of all images, how many come in a block, and the blocks.
    let count, rowsOfBlock, blocks: Int

    /// About as many tiles fill the second cache with what is made of them.
    private static let tilesOfBlock = 48

    init(_ problem: ConvolutionProblem) {
      let (down, across) = (problem.axes[0], problem.axes[1])
      var tiles = vectors_tiles()
      tiles.kind = down.stride == 1 ? vectors_stride_1 : vectors_stride_2
      (tiles.channels, tiles.outputs) = (problem.inputs, problem.outputs)
      (tiles.height, tiles.width) = (down.extent, across.extent)
      (tiles.result_height, tiles.result_width) = (down.positions, across.positions)
      (tiles.above, tiles.before) = (down.before, across.before)
      self.init(tiles, of: problem.batch)
    }

    init(inputGradientOf problem: ConvolutionProblem) {
      let (down, across) = (problem.axes[0], problem.axes[1])
      var tiles = vectors_tiles()
      (tiles.channels, tiles.outputs) = (problem.outputs, problem.inputs)
      (tiles.height, tiles.width) = (down.positions, across.positions)
      (tiles.result_height, tiles.result_width) = (down.extent, across.extent)
      if down.stride == 1 {
        tiles.kind = vectors_stride_1
        (tiles.above, tiles.before) = (2 - down.before, 2 - across.before)
      } else {
        tiles.kind = down.before % 2 == 0 ? vectors_gradient_even : vectors_gradient_odd
        (tiles.above, tiles.before) = (1 - (down.before + 1) / 2, 1 - (across.before + 1) / 2)
      }
      self.init(tiles, of: problem.batch)
    }

    private init(_ tiles: vectors_tiles, of batch: Int) {
      var tiles = tiles
      let results = vectors_tile_results(tiles.kind)
      tiles.rows = (tiles.result_height + results - 1) / results
      tiles.columns = (tiles.result_width + results - 1) / results
      self.tiles = tiles
      count = batch * tiles.rows
      // Six tiles are multiplied together.
      let columns = tiles.columns
      let unit = (1...6).first { $0 * columns % 6 == 0 } ?? 6
      let wanted = unit * max(1, Self.tilesOfBlock / columns / unit)
      // Of few blocks two threads share an even number.
      let few = max(2, count / wanted & ~1)
      rowsOfBlock = few < 8 ? (count + few - 1) / few : wanted
      blocks = (count + rowsOfBlock - 1) / rowsOfBlock
    }

    /// In how many parts the gradient of a weight is summed: each takes as much memory as the weights
    /// do, and is added at the end.
    var parts: Int { max(1, min(count * tiles.columns / 64, 8, max(2, (1 << 23) / weights))) }

    /// How many scalars the weights take.
    var weights: Int { withUnsafePointer(to: tiles) { vectors_tile_weights($0) } }

    func rows(_ block: Int) -> Range<Int> {
      block * rowsOfBlock..<min((block + 1) * rowsOfBlock, count)
    }

    func scratch() -> Storage {
      Storage(count: withUnsafePointer(to: tiles) { vectors_tile_scratch($0, rowsOfBlock) })
    }

    func convolution(
      of images: Storage, _ extents: [Int], _ weight: Storage, _ kernel: vectors_kernel,
      bias: Storage?, rectifies: Bool, to resultExtents: [Int]
    ) -> Storage {
      let (images, weight) = (inBlocks(images, extents), rowMajor(weight))
      let bias = bias.map { rowMajor($0) }
      let entered = Storage(count: weights)
      let layout = Layout.channels(resultExtents, inBlocksOf: 8)
      let result = Storage(count: layout.count, layout: layout)
      var (tiles, kernel) = (tiles, kernel)
      kernel.x = weight.scalars
      (tiles.x, tiles.weights) = (UnsafePointer(images.scalars), UnsafePointer(entered.scalars))
      (tiles.bias, tiles.y) = (bias.map { UnsafePointer($0.scalars) }, result.scalars)
      tiles.rectifies = rectifies ? 1 : 0
      withUnsafePointer(to: tiles) { tiles in
        Threads.parallel(count: tiles.pointee.outputs / 8, grain: 1) { range in
          for block in range {
            vectors_enter_kernels(tiles, kernel, entered.scalars, block)
          }
        }
        Threads.parallel(count: blocks, grain: 1) { range in
          let scratch = scratch()
          for block in range {
            let rows = rows(block)
            vectors_convolve_tiles(tiles, rows.lowerBound, rows.count, scratch.scalars)
          }
        }
      }
      withExtendedLifetime((images, weight, bias, entered)) {}
      return result
    }
  }
#endif
