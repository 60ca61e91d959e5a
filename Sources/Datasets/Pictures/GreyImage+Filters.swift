import Foundation

extension GreyImage {
  /// How a picture is brought to another size; both kernels are widened when it shrinks, so that
  /// no pixel is lost (antialiasing), and their weights sum to one.
  public enum Resizing: Sendable {
    /// The cubic convolution of Keys with a = -0.5 ([10.1109/TASSP.1981.1163711](
    /// https://doi.org/10.1109/TASSP.1981.1163711)), as Pillow and MATLAB have it.
    case bicubic
    /// The mean of what a pixel covers.
    case box

    var reach: Double { self == .bicubic ? 2 : 0.5 }

    func weight(_ distance: Double) -> Double {
      let t = abs(distance)
      switch self {
      case .box: return t <= 0.5 ? 1 : 0
      case .bicubic:
        if t < 1 { return (1.5 * t - 2.5) * t * t + 1 }
        return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
      }
    }
  }

  /// Returns the picture in another size.
  public func resized(width: Int, height: Int, by resizing: Resizing = .bicubic) -> GreyImage {
    along(from: self.width, to: width, resizing).transposed
      .along(from: self.height, to: height, resizing).transposed
  }

  /// Returns the picture convolved with a normal distribution, its edge pixels repeated outwards.
  ///
  /// - Parameter deviation: In pixels; with 0 nothing changes.
  /// - Returns: A picture of the same size.
  public func blurred(deviation: Double) -> GreyImage {
    guard deviation > 0 else { return self }
    let kernel = Self.gaussianKernel(deviation: deviation).map { Float($0) }
    return filtered(kernel).transposed.filtered(kernel).transposed
  }

  /// The weights of a normal distribution on whole pixels, out to four deviations; they sum to 1.
  public static func gaussianKernel(deviation: Double) -> [Double] {
    let reach = max(1, Int((4 * deviation).rounded(.up)))
    let weights = (-reach...reach).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Returns the median of the nine pixels around each, the edge pixels repeated outwards.
  public var median3: GreyImage {
    GreyImage(width: width, height: height) { x, y in
      var nine = [Float](repeating: 0, count: 9)
      for row in 0..<3 {
        for column in 0..<3 {
          nine[3 * row + column] =
            self[
              min(max(x + column - 1, 0), width - 1), min(max(y + row - 1, 0), height - 1)]
        }
      }
      nine.sort()
      return nine[4]
    }
  }

  /// The mean over inner pixels of the absolute value of the discrete Laplace operator: how sharp
  /// the picture is.
  public var sharpness: Double {
    guard width > 2, height > 2 else { return 0 }
    var sum = 0.0
    for y in 1..<height - 1 {
      for x in 1..<width - 1 {
        let around = self[x - 1, y] + self[x + 1, y] + self[x, y - 1] + self[x, y + 1]
        sum += Double(abs(4 * self[x, y] - around))
      }
    }
    return sum / Double((width - 2) * (height - 2))
  }

  /// The mean absolute difference of neighbours in a row.
  public var steepness: Double {
    guard width > 1 else { return 0 }
    var sum = 0.0
    for y in 0..<height { for x in 1..<width { sum += Double(abs(self[x, y] - self[x - 1, y])) } }
    return sum / Double((width - 1) * height)
  }

  private var transposed: GreyImage {
    GreyImage(width: height, height: width) { self[$1, $0] }
  }

  private func filtered(_ kernel: [Float]) -> GreyImage {
    let reach = kernel.count / 2
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        var sum: Float = 0
        for (index, weight) in kernel.enumerated() {
          sum += weight * pixels[y * width + min(max(x + index - reach, 0), width - 1)]
        }
        result.pixels[y * width + x] = sum
      }
    }
    return result
  }

  /// Resizes the rows.
  private func along(from old: Int, to new: Int, _ resizing: Resizing) -> GreyImage {
    let scale = Double(old) / Double(new)
    let stretch = max(scale, 1)
    let taps = (0..<new).map { index -> (first: Int, weights: [Float]) in
      let centre = (Double(index) + 0.5) * scale
      let first = max(Int((centre - resizing.reach * stretch + 0.5).rounded(.down)), 0)
      let end = min(Int((centre + resizing.reach * stretch + 0.5).rounded(.down)), old)
      let weights = (first..<max(end, first + 1)).map {
        resizing.weight((Double($0) + 0.5 - centre) / stretch)
      }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
    var result = [Float](repeating: 0, count: new * height)
    for y in 0..<height {
      for (x, tap) in taps.enumerated() {
        var sum: Float = 0
        for (index, weight) in tap.weights.enumerated() {
          sum += weight * pixels[y * width + tap.first + index]
        }
        result[y * new + x] = sum
      }
    }
    return GreyImage(width: new, height: height, pixels: result)
  }
}
