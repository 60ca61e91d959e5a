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
    @inline(__always) func each(_ transform: (Vector) -> Vector) {
      guard images.layout == nil else {
        for block in 0..<images.count / (16 * pixels) {
          let bias = b[vector: block * 16 % channels]
          for offset in stride(from: block * 16 * pixels, to: (block + 1) * 16 * pixels, by: 16) {
            y[vector: offset] = transform(y[vector: offset] + bias)
          }
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

  /// Returns the sum of the pixels of each channel of each image: `[batch, channels]`.
  package func sumOfPixels(_ input: Storage, batch: Int, channels: Int, pixels: Int) -> Storage {
    guard let layout = input.layout, layout.isSixteenChannels else {
      return sum(rowMajor(input), Span(outer: batch * channels, middle: pixels, inner: 1))
    }
    return filled(count: batch * channels) { row in
      let (start, end) = (row * pixels, (row + 16) * pixels)
      var sum = Vector(repeating: 0)
      for block in stride(from: start, to: end, by: 4096) {
        var part = Vector(repeating: 0)
        for offset in stride(from: block, to: min(block + 4096, end), by: 16) {
          part += input.scalars[vector: offset]
        }
        sum += part
      }
      return sum
    }
  }
#endif
