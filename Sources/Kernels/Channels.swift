#if !DoublePrecision
  import CVectors

  /// Sets each scalar of a batch of images to `activation(scalar + bias of its channel)`, in place.
  ///
  /// - Precondition: Nothing else holds the images, which have been computed just before.
  package func addBias(
    _ bias: Storage, toChannels images: Storage, pixels: Int, then activation: Nonlinearity
  ) -> Storage {
    let images = images.layout?.isSixteenChannels == true ? images : rowMajor(images)
    defer { withExtendedLifetime(images) {} }
    let (y, b, channels) = (images.scalars, bias.scalars, bias.count)
    KernelClock.enter()
    defer { KernelClock.leave() }
    @inline(__always) func each(_ transform: (Vector) -> Vector) {
      guard images.layout == nil else {
        forEachBlock(of: 16 * pixels, in: images.count) { block, offsets in
          let bias = b[vector: block * 16 % channels]
          for offset in offsets { y[vector: offset] = transform(y[vector: offset] + bias) }
        }
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

  /// Returns images in blocks of sixteen channels with each channel times a factor of its own, or
  /// `nil` if the images stand otherwise.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - factors: One for each channel of each image, `[batch, channels]`.
  ///   - pixels: The number of pixels of an image.
  /// - Returns: The products, in the layout of the images.
  package func multiplied(
    _ images: Storage, byChannels factors: Storage, pixels: Int
  ) -> Storage? {
    guard let layout = images.layout, layout.isSixteenChannels else { return nil }
    let result = Storage(count: images.count, layout: layout)
    let (x, y, f) = (images.scalars, result.scalars, factors.scalars)
    forEachBlock(of: 16 * pixels, in: images.count) { block, offsets in
      let factor = f[vector: block * 16]
      for offset in offsets { y[vector: offset] = x[vector: offset] * factor }
    }
    withExtendedLifetime((images, factors)) {}
    return result
  }

  /// Returns two batches of images, both in blocks of sixteen channels, one after the other along
  /// the channels, or `nil` if they stand otherwise.
  package func concatenatedChannels(
    _ first: Storage, _ second: Storage, extents: [Int]
  ) -> Storage? {
    guard first.layout?.isSixteenChannels == true, second.layout?.isSixteenChannels == true else {
      return nil
    }
    let result = Storage(count: first.count + second.count, layout: .sixteenChannels(extents))
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

  /// Returns the channels in a range of a batch of images in blocks of sixteen channels, or `nil`
  /// if they stand otherwise or the range cuts a block.
  package func sliceOfChannels(
    _ images: Storage, extents: [Int], _ range: Range<Int>
  ) -> Storage? {
    guard images.layout?.isSixteenChannels == true, range.lowerBound % 16 == 0,
      range.upperBound % 16 == 0, !range.isEmpty
    else { return nil }
    let pixels = extents.dropFirst(2).reduce(1, *)
    let (whole, part) = (extents[1] * pixels, range.count * pixels)
    let result = Storage(
      count: extents[0] * part,
      layout: .sixteenChannels([extents[0], range.count] + extents.dropFirst(2)))
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
    guard let layout = input.layout, layout.isSixteenChannels else {
      return sum(rowMajor(input), Span(outer: batch * channels, middle: pixels, inner: 1))
    }
    let result = Storage(count: batch * channels)
    let (x, y) = (input.scalars, result.scalars)
    forEachBlock(of: 16 * pixels, in: input.count) { block, offsets in
      var (sum, part, count) = (Vector(repeating: 0), Vector(repeating: 0), 0)
      for offset in offsets {
        part += x[vector: offset]
        count += 1
        if count % 256 == 0 {
          sum += part
          part = Vector(repeating: 0)
        }
      }
      y[vector: block * 16] = sum + part
    }
    withExtendedLifetime(input) {}
    return result
  }

  /// Calls `body` for each block of an array with the offsets of its vectors, on all threads where
  /// that pays.
  @inline(__always) func forEachBlock(
    of size: Int, in count: Int, _ body: (_ block: Int, _ offsets: StrideTo<Int>) -> Void
  ) {
    Threads.parallel(count: count / size, grain: max(1, elementGrain / size)) { blocks in
      for block in blocks {
        body(block, stride(from: block * size, to: (block + 1) * size, by: 16))
      }
    }
  }
#endif
