import Foundation
public import Randomness

/// Samples at equal distances in time.
public struct TimeSeries: Equatable, Sendable {
  public let samples: [Double]
  /// The samples in a second.
  public let rate: Double
  /// The time of the first sample in seconds.
  public let start: Double

  public init(_ samples: [Double], rate: Double, start: Double = 0) {
    (self.samples, self.rate, self.start) = (samples, rate, start)
  }

  /// The seconds that it lasts.
  public var duration: Double { Double(samples.count) / rate }

  /// Powers at equal distances in frequency.
  public struct Spectrum: Equatable, Sendable {
    /// The hertz between two of them; the first is at 0.
    public let spacing: Double
    /// Power spectral density on one side, in squared units of the samples per hertz.
    public let densities: [Double]

    /// The frequencies in hertz.
    public var frequencies: [Double] { densities.indices.map { Double($0) * spacing } }

    /// Returns the density at a frequency, between its neighbours by their distance.
    public func density(at frequency: Double) -> Double {
      let place = min(max(frequency / spacing, 0), Double(densities.count - 1))
      let low = min(Int(place), densities.count - 2)
      let share = place - Double(low)
      return densities[low] * (1 - share) + densities[low + 1] * share
    }
  }

  /// Returns the power spectral density: the mean over pieces that overlap by half, each under a
  /// window of Hann (Welch, [10.1109/TAU.1967.1161901](https://doi.org/10.1109/TAU.1967.1161901)).
  ///
  /// - Parameter seconds: The length of a piece, at most that of the series.
  /// - Returns: From 0 Hz to half of the rate.
  public func powerSpectrum(piece seconds: Double = 2) -> Spectrum {
    let length = min(Int(seconds * rate) & ~1, samples.count & ~1)
    let window = (0..<length).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length)) }
    let norm = rate * window.reduce(0) { $0 + $1 * $1 }
    var sums = [Double](repeating: 0, count: length / 2 + 1)
    var pieces = 0.0
    for first in stride(from: 0, through: samples.count - length, by: length / 2) {
      let piece = samples[first..<first + length]
      let mean = piece.reduce(0, +) / Double(length)
      let transform = RealTransform.forward(zip(piece, window).map { ($0 - mean) * $1 })
      for (index, value) in transform.enumerated() {
        let power = (value * value).sum() / norm
        sums[index] += index == 0 || index == length / 2 ? power : 2 * power
      }
      pieces += 1
    }
    return Spectrum(spacing: rate / Double(length), densities: sums.map { $0 / pieces })
  }

  /// Returns the series divided by the square root of a spectrum, so that noise with this spectrum
  /// becomes white with variance 1, and without what lies outside a band.
  ///
  /// - Parameters:
  ///   - spectrum: Of the noise.
  ///   - band: In hertz, its edges rounded by cosines of 10 % of their frequency; without one, all.
  /// - Returns: A series of the same rate.
  public func whitened(by spectrum: Spectrum, band: ClosedRange<Double>? = nil) -> TimeSeries {
    changed { frequency in
      let gain = (2 / (spectrum.density(at: frequency) * rate)).squareRoot()
      return (gain.isFinite ? gain : 0) * (band.map { Self.pass(frequency, $0) } ?? 1)
    }
  }

  /// Returns the series without what lies outside a band of frequencies.
  public func passed(band: ClosedRange<Double>) -> TimeSeries {
    changed { Self.pass($0, band) }
  }

  /// Returns the series at a rate that the present one is a multiple of, without what lies beyond
  /// half of it.
  public func resampled(to newRate: Double) -> TimeSeries {
    let ratio = Int((rate / newRate).rounded())
    precondition(
      ratio >= 1 && abs(rate - Double(ratio) * newRate) < 1e-6 * rate,
      "\(newRate) Hz does not divide \(rate) Hz")
    let smooth = changed {
      $0 < 0.45 * newRate
        ? 1
        : $0 < 0.5 * newRate
          ? Self.edge(
            (0.5 * newRate - $0) / (0.05 * newRate)) : 0
    }
    return TimeSeries(
      stride(from: 0, to: samples.count, by: ratio).map { smooth.samples[$0] }, rate: newRate,
      start: start)
  }

  /// Returns the series without so many seconds at each end, where filters see what is not there.
  public func trimmed(by seconds: Double) -> TimeSeries {
    let count = min(Int(seconds * rate), samples.count / 2)
    return TimeSeries(
      Array(samples[count..<samples.count - count]), rate: rate,
      start: start + Double(count) / rate)
  }

  /// Returns pieces of equal length that begin at equal distances.
  public func windows(of length: Int, every step: Int) -> [[Double]] {
    stride(from: 0, through: samples.count - length, by: step).map {
      Array(samples[$0..<$0 + length])
    }
  }

  private static func edge(_ share: Double) -> Double {
    0.5 - 0.5 * cos(.pi * min(max(share, 0), 1))
  }

  private static func pass(_ frequency: Double, _ band: ClosedRange<Double>) -> Double {
    edge(1 + (frequency - band.lowerBound) / (0.1 * band.lowerBound))
      * edge(1 + (band.upperBound - frequency) / (0.1 * band.upperBound))
  }

  /// Multiplies the Fourier transform; the ends are tapered over half a second (or a twentieth) first.
  private func changed(_ gain: (_ frequency: Double) -> Double) -> TimeSeries {
    let mean = samples.reduce(0, +) / Double(samples.count)
    let taper = min(0.5 * rate, 0.05 * Double(samples.count))
    let tapered = samples.enumerated().map { index, sample in
      (sample - mean)
        * Self.edge((Double(min(index, samples.count - 1 - index)) + 0.5) / taper)
    }
    var transform = RealTransform.forward(tapered)
    for index in transform.indices {
      transform[index] *= gain(Double(index) * rate / Double(samples.count))
    }
    return TimeSeries(
      RealTransform.backward(transform, count: samples.count), rate: rate, start: start)
  }
}

extension TimeSeries {
  /// Returns simulated white noise: normal, of variance 1.
  public static func whiteNoise(_ count: Int, rate: Double, from stream: RandomStream) -> TimeSeries
  {
    var stream = stream
    return TimeSeries((0..<count).map { _ in stream.normal() }, rate: rate)
  }

  /// The coefficients of a resonance: poles of modulus 0.9 at ±0.48 rad, 39 Hz at a rate of 512 Hz.
  public static let resonance = (a: 1.6, b: -0.81)

  /// Returns simulated coloured noise: `x[n] = a x[n-1] + b x[n-2] + e[n]` with white e of variance 1,
  /// after 1,000 samples that are thrown away.
  public static func colouredNoise(
    _ count: Int, coefficients: (a: Double, b: Double), rate: Double, from stream: RandomStream
  ) -> TimeSeries {
    var (stream, x, y) = (stream, 0.0, 0.0)
    let all = (0..<count + 1000).map { _ -> Double in
      (x, y) = (coefficients.a * x + coefficients.b * y + stream.normal(), x)
      return x
    }
    return TimeSeries(Array(all.dropFirst(1000)), rate: rate)
  }

  /// Returns the autocorrelation of ``colouredNoise(_:coefficients:rate:from:)`` at lags from 0, by the
  /// equations of Yule and Walker and not from samples.
  public static func colouredAutocorrelation(
    _ count: Int, coefficients: (a: Double, b: Double)
  ) -> [Double] {
    var values = [1, coefficients.a / (1 - coefficients.b)]
    while values.count < count {
      values.append(
        coefficients.a * values[values.count - 1] + coefficients.b * values[values.count - 2])
    }
    return Array(values.prefix(count))
  }

  /// Returns the series divided by the root of its mean square.
  public var scaled: TimeSeries {
    let square = samples.reduce(0) { $0 + $1 * $1 } / Double(samples.count)
    let scale = 1 / square.squareRoot()
    return TimeSeries(samples.map { $0 * scale }, rate: rate, start: start)
  }

  /// Returns the first seconds.
  public func prefix(seconds: Double) -> TimeSeries {
    TimeSeries(Array(samples.prefix(Int(seconds * rate))), rate: rate, start: start)
  }
}
