import Foundation
import func Kernels.require

/// Returns how near a picture is to the truth in decibels: its peak signal-to-noise ratio.
///
/// - Parameters:
///   - image: The pixels.
///   - truth: As many pixels of the picture that it should be.
///   - peak: The range of a pixel: 1 or 255.
/// - Returns: `10 log10(peak² / mse)`; infinite for equal pictures.
public func peakSignalToNoise(_ image: [Float], _ truth: [Float], peak: Double) -> Double {
  require(
    image.count == truth.count && !truth.isEmpty, "\(image.count) pixels, \(truth.count) true ones")
  require(peak > 0, "the range of a pixel is greater than 0, not \(peak)")
  let sum = zip(image, truth).reduce(0.0) { sum, pair in
    let difference = Double(pair.0) - Double(pair.1)
    return sum + difference * difference
  }
  return sum == 0 ? .infinity : 10 * log10(peak * peak * Double(truth.count) / sum)
}
