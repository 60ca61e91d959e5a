import Foundation
import Kernels

/// Returns the magnitudes of the discrete Fourier transform along the last axis.
///
/// `|Σ x[t] exp(-2πi f t / n)|` for the frequencies `f` from 0 to `n / 2`, as
/// `numpy.abs(numpy.fft.rfft(x))`, by FFTW. A derivative of the gradient is that of two products with
/// a matrix of cosines and of sines, which take `n²` multiplications a line.
///
/// - Parameter x: Of shape `[…, n]`.
/// - Returns: Of shape `[…, n / 2 + 1]`; where a magnitude is 0, so is its gradient.
public func magnitudeSpectrum(_ x: Tensor) -> Tensor {
  require(
    x.shape.rank > 0 && x.shape.width > 0, "shape \(x.shape) has no last axis to transform")
  return .fused(MagnitudeSpectrum(), Inputs(x))
}

private struct MagnitudeSpectrum: FusedOperation {
  var kind: FusedKind { .magnitudeSpectrum }

  func composed(_ inputs: Inputs) -> Tensor {
    let x = inputs[0]
    let count = x.shape.width
    let turns = (0..<count).map { 2 * Double.pi * Double($0) / Double(count) }
    let parts = [turns.map { Foundation.cos($0) }, turns.map { Foundation.sin($0) }].map { wave in
      let lines = x.shape.rank == 1 ? x.reshaped(to: [1, count]) : x
      return matmul(lines, waves(wave, frequencies: count / 2 + 1))
    }
    let power = parts[0] * parts[0] + parts[1] * parts[1]
    let isSilent = power.compared(.equal, 0)
    let magnitude = isSilent.selecting(0, else: sqrt(isSilent.selecting(1, else: power)))
    return magnitude.reshaped(to: x.shape.withLast(count / 2 + 1))
  }

  #if !DoublePrecision
    func evaluate(_ x: Inputs) -> (value: Tensor, saved: [Tensor]) {
      let (magnitudes, parts) = spectrum(x[0].plain, width: x[0].shape.width)
      return (
        Tensor(magnitudes, shape: x[0].shape.withLast(x[0].shape.width / 2 + 1)),
        [Tensor(parts, shape: [parts.count])]
      )
    }

    func pullback(
      of c: Tensor, at x: Inputs, output y: Tensor, saved: [Tensor], wanted: Wanted
    ) -> Flows {
      let slope = spectrumGradient(
        c.plain, magnitudes: y.plain, parts: saved[0].plain, width: x[0].shape.width)
      return wanted.flows(Tensor(slope, shape: x[0].shape))
    }
  #endif
}

/// Returns a wave of one turn at all frequencies: `[times, frequencies]`.
private func waves(_ wave: [Double], frequencies: Int) -> Tensor {
  let (count, scalars) = (wave.count, wave.map { Scalar($0) })
  return Tensor(
    (0..<count * frequencies).map {
      // The product of time and frequency, in whole turns less.
      scalars[$0 / frequencies * ($0 % frequencies) % count]
    }, shape: [count, frequencies])
}
