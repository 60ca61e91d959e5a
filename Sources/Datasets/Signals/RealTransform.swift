import CFFTW
import Foundation

/// Fourier transforms of real series in Double, by FFTW ([fftw.org](https://www.fftw.org)).
enum RealTransform {
  /// A number with a real and an imaginary part.
  typealias Complex = SIMD2<Double>

  // Making and destroying a plan is all that FFTW does not allow on several threads at once.
  private static let planner = NSLock()

  /// Returns `Σ x[n] exp(-2πi k n / N)` for k from 0 to N / 2.
  static func forward(_ samples: [Double]) -> [Complex] {
    var (input, output) = (samples, [Complex](repeating: .zero, count: samples.count / 2 + 1))
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBytes { target in
        let place = target.bindMemory(to: fftw_complex.self).baseAddress
        planner.lock()
        let plan = fftw_plan_dft_r2c_1d(Int32(source.count), source.baseAddress, place, estimate)
        planner.unlock()
        fftw_execute(plan)
        planner.lock()
        fftw_destroy_plan(plan)
        planner.unlock()
      }
    }
    return output
  }

  /// Undoes ``forward(_:)``, for `count` samples.
  static func backward(_ spectrum: [Complex], count: Int) -> [Double] {
    precondition(spectrum.count == count / 2 + 1, "\(spectrum.count) frequencies, \(count) samples")
    var (input, output) = (spectrum, [Double](repeating: 0, count: count))
    input.withUnsafeMutableBytes { source in
      let place = source.bindMemory(to: fftw_complex.self).baseAddress
      output.withUnsafeMutableBufferPointer { target in
        planner.lock()
        let plan = fftw_plan_dft_c2r_1d(Int32(count), place, target.baseAddress, estimate)
        planner.unlock()
        fftw_execute(plan)
        planner.lock()
        fftw_destroy_plan(plan)
        planner.unlock()
      }
    }
    return output.map { $0 / Double(count) }
  }

  /// FFTW_ESTIMATE: a plan by rule; a measured one would differ from run to run, and so the bits.
  private static let estimate: UInt32 = 1 << 6
}
