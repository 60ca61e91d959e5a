#if !DoublePrecision
  import CVectors

  /// Sets each scalar of a batch of images to `activation(scalar + bias of its channel)`, in place.
  ///
  /// - Precondition: Nothing else holds the images, which have been computed just before.
  package func addBias(
    _ bias: Storage, toChannels images: Storage, pixels: Int, then activation: Nonlinearity
  ) -> Storage {
    let images = images.layout?.channelBlock != nil ? images : rowMajor(images)
    defer { withExtendedLifetime((images, bias)) {} }
    KernelClock.enter()
    defer { KernelClock.leave() }
    let (y, b, channels) = (images.scalars, bias.scalars, bias.count)
    @inline(__always) func each(_ transform: (Vector) -> Vector) {
      if let layout = images.layout {
        forEachPixel(of: layout, factors: bias, from: y, to: y) { transform($0 + $1) }
        return
      }
      let (whole, rest) = (pixels & ~15, pixels & 15)
      let isInside = Vector.lanes(below: rest)
      for row in 0..<images.count / max(pixels, 1) {
        let (bias, start) = (Vector(repeating: b[row % channels]), row * pixels)
        for offset in stride(from: start, to: start + whole, by: 16) {
          y[vector: offset] = transform(y[vector: offset] + bias)
        }
        if rest > 0 {
          let old = y[vector: start + whole]
          y[vector: start + whole] = old.replacing(with: transform(old + bias), where: isInside)
        }
      }
    }
    switch activation {
    case .identity: each { $0 }
    case .relu: each { $0.rectified }
    case .leakyRelu: each { $0.leakilyRectified }
    default:
      each { $0 }
      if let loop = activation.loop { vectors_map(loop, y, y, images.count) }
    }
    return images
  }

  /// Returns images in blocks of channels with each channel times a factor of its own, or `nil` if
  /// the images stand otherwise.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - factors: One for each channel of each image, `[batch, channels]`.
  /// - Returns: The products, in the layout of the images.
  package func multiplied(_ images: Storage, byChannels factors: Storage) -> Storage? {
    guard let layout = images.layout, layout.channelBlock != nil else { return nil }
    let result = Storage(count: images.count, layout: layout)
    forEachPixel(of: layout, factors: factors, from: images.scalars, to: result.scalars) { $0 * $1 }
    withExtendedLifetime((images, factors)) {}
    return result
  }

  /// Returns two batches of images, both in blocks of as many channels, one after the other along
  /// the channels, or `nil` if they stand otherwise.
  package func concatenatedChannels(
    _ first: Storage, _ second: Storage, extents: [Int]
  ) -> Storage? {
    guard let width = first.layout?.channelBlock, second.layout?.channelBlock == width else {
      return nil
    }
    let result = Storage(
      count: first.count + second.count, layout: .channels(extents, inBlocksOf: width))
    let (a, b) = (first.count / extents[0], second.count / extents[0])
    Threads.parallel(count: extents[0], grain: max(1, elementGrain / (a + b))) { images in
      for image in images {
        let target = result.scalars + image * (a + b)
        target.update(from: first.scalars + image * a, count: a)
        (target + a).update(from: second.scalars + image * b, count: b)
      }
    }
    withExtendedLifetime((first, second)) {}
    return result
  }

  /// Returns the channels in a range of a batch of images in blocks of channels, or `nil` if they
  /// stand otherwise or the range cuts a block.
  package func sliceOfChannels(
    _ images: Storage, extents: [Int], _ range: Range<Int>
  ) -> Storage? {
    guard let width = images.layout?.channelBlock, range.lowerBound % width == 0,
      range.upperBound % width == 0, !range.isEmpty
    else { return nil }
    let pixels = extents.dropFirst(2).reduce(1, *)
    let (whole, part) = (extents[1] * pixels, range.count * pixels)
    let result = Storage(
      count: extents[0] * part,
      layout: .channels([extents[0], range.count] + extents.dropFirst(2), inBlocksOf: width))
    Threads.parallel(count: extents[0], grain: max(1, elementGrain / part)) { batch in
      for image in batch {
        (result.scalars + image * part).update(
          from: images.scalars + image * whole + range.lowerBound * pixels, count: part)
      }
    }
    withExtendedLifetime(images) {}
    return result
  }

  /// Returns the sum of the pixels of each channel of each image: `[batch, channels]`.
  package func sumOfPixels(_ input: Storage, batch: Int, channels: Int, pixels: Int) -> Storage {
    guard let width = input.layout?.channelBlock else {
      return sum(rowMajor(input), Span(outer: batch * channels, middle: pixels, inner: 1))
    }
    let x = input.scalars
    defer { withExtendedLifetime(input) {} }
    return sumOfPixels(blocks: batch * channels / width, of: width, pixels: pixels) {
      x[vector: $0]
    } half: {
      x[half: $0]
    }
  }

  /// Returns the slopes of a rectifier times what flows to its values, and their sums of pixels, in
  /// one pass over images that stand in the same blocks of channels, or `nil` if they stand otherwise.
  ///
  /// - Parameters:
  ///   - flow: What flows to the values, `[batch, channels, …]`.
  ///   - values: The rectified images.
  ///   - batch: How many images there are.
  ///   - channels: How many channels an image has.
  ///   - pixels: How many pixels a channel has.
  /// - Returns: The slopes, and the sum of each channel of each image: `[batch, channels]`.
  package func rectifierSlopes(
    _ flow: Storage, at values: Storage, batch: Int, channels: Int, pixels: Int
  ) -> (slopes: Storage, sums: Storage)? {
    guard let width = flow.layout?.channelBlock, values.layout?.channelBlock == width else {
      return nil
    }
    let slopes = Storage(count: flow.count, layout: flow.layout)
    let (c, v, y) = (flow.scalars, values.scalars, slopes.scalars)
    defer { withExtendedLifetime((flow, values)) {} }
    let sums = sumOfPixels(blocks: batch * channels / width, of: width, pixels: pixels) { offset in
      let slope = c[vector: offset].replacing(with: 0, where: v[vector: offset] .<= 0)
      y[vector: offset] = slope
      return slope
    } half: { offset in
      let slope = c[half: offset].replacing(with: 0, where: v[half: offset] .<= 0)
      y[half: offset] = slope
      return slope
    }
    return (slopes, sums)
  }

  /// Sums the pixels of each channel of blocks of channels.
  ///
  /// - Parameters:
  ///   - count: How many blocks there are.
  ///   - width: The channels of a block, 8 or 16.
  ///   - pixels: The pixels of a block.
  ///   - vector: Returns the 16 scalars at an offset; it is called once for each.
  ///   - half: Returns the 8 scalars that may be left at the end of a block.
  /// - Returns: The sums, channel by channel.
  @inline(__always) private func sumOfPixels(
    blocks count: Int, of width: Int, pixels: Int, _ vector: (Int) -> Vector,
    half: (Int) -> HalfVector
  ) -> Storage {
    let result = Storage(count: count * width)
    let y = result.scalars
    forEachBlock(of: width * pixels, in: count * width * pixels) { block, offsets, rest in
      var (sum, part, count) = (Vector(repeating: 0), Vector(repeating: 0), 0)
      for offset in offsets {
        part += vector(offset)
        count += 1
        if count % 256 == 0 {
          sum += part
          part = Vector(repeating: 0)
        }
      }
      sum += part
      if width == 16 {
        y[vector: block * 16] = sum
      } else {
        // A vector holds two pixels of eight channels.
        let last = rest.map(half) ?? HalfVector(repeating: 0)
        y[half: block * 8] = sum.lowHalf + sum.highHalf + last
      }
    }
    return result
  }

  /// Sets each scalar of images in blocks of channels to what `combine` makes of it and of the factor
  /// of its channel.
  ///
  /// - Parameters:
  ///   - layout: The layout of the images.
  ///   - factors: One for each channel, or for each channel of each image.
  ///   - x: The scalars of the images.
  ///   - y: Where the results go; it may be `x`.
  ///   - combine: What is done to a scalar and its factor.
  @inline(__always) func forEachPixel(
    of layout: Layout, factors: Storage, from x: UnsafeMutablePointer<Scalar>,
    to y: UnsafeMutablePointer<Scalar>, _ combine: (Vector, Vector) -> Vector
  ) {
    let width = layout.channelBlock ?? 16
    let size = width * layout.extents.dropFirst(2).reduce(1) { $0 * Int($1) }
    let (f, count) = (factors.scalars, factors.count)
    forEachBlock(of: size, in: layout.count) { block, offsets, rest in
      let start = block * width % count
      let half = f[half: start]
      let factor = width == 16 ? f[vector: start] : Vector(lowHalf: half, highHalf: half)
      for offset in offsets { y[vector: offset] = combine(x[vector: offset], factor) }
      if let rest {
        let last = Vector(lowHalf: x[half: rest], highHalf: HalfVector(repeating: 0))
        y[half: rest] = combine(last, factor).lowHalf
      }
    }
  }

  /// Calls `body` for each block of an array with the offsets of its vectors, and of the half of one
  /// that may be left, on all threads where that pays.
  @inline(__always) private func forEachBlock(
    of size: Int, in count: Int,
    _ body: (_ block: Int, _ offsets: StrideTo<Int>, _ rest: Int?) -> Void
  ) {
    Threads.parallel(count: count / size, grain: max(1, elementGrain / size)) { blocks in
      for block in blocks {
        let (start, rest) = (block * size, block * size + size & ~15)
        body(block, stride(from: start, to: rest, by: 16), size % 16 == 0 ? nil : rest)
      }
    }
  }
#endif
