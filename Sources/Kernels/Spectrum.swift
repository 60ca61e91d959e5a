#if !DoublePrecision
  import CFFTW
  import Synchronization

  /// Returns the Fourier transforms of rows: their magnitudes, and real and imaginary parts in turn.
  ///
  /// - Parameters:
  ///   - input: The rows.
  ///   - width: The number of scalars in each; of a transform there are `width / 2 + 1` frequencies.
  /// - Returns: The magnitudes and the parts of all rows.
  package func spectrum(_ input: Storage, width: Int) -> (magnitudes: Storage, parts: Storage) {
    let count = input.count / width * (width / 2 + 1)
    let (magnitudes, parts) = (Storage(count: count), Storage(count: 2 * count))
    KernelClock.enter()
    defer { KernelClock.leave() }
    withExtendedLifetime(input) {
      parts.scalars.withMemoryRebound(to: fftwf_complex.self, capacity: count) {
        fftwf_execute_dft_r2c(
          Plan.of(width, rows: input.count / width, .forward).handle, input.scalars, $0)
      }
    }
    for index in 0..<count {
      let (real, imaginary) = (parts.scalars[2 * index], parts.scalars[2 * index + 1])
      magnitudes.scalars[index] = (real * real + imaginary * imaginary).squareRoot()
    }
    return (magnitudes, parts)
  }

  /// Returns the gradient of the magnitudes of ``spectrum(_:width:)`` with respect to the rows; where a
  /// magnitude is 0, so is its own.
  package func spectrumGradient(
    _ slope: Storage, magnitudes: Storage, parts: Storage, width: Int
  ) -> Storage {
    let frequencies = width / 2 + 1
    let rows = slope.count / frequencies
    let (result, turned) = (Storage(count: rows * width), Storage(count: parts.count))
    KernelClock.enter()
    defer { KernelClock.leave() }
    for index in 0..<slope.count {
      let (frequency, magnitude) = (index % frequencies, magnitudes.scalars[index])
      // The transform back counts twice what has a frequency of its own and a mirrored one.
      let isMirrored = frequency > 0 && 2 * frequency < width
      let factor = slope.scalars[index] * (isMirrored ? 0.5 : 1) / magnitude
      for part in 2 * index...2 * index + 1 {
        turned.scalars[part] = magnitude > 0 ? parts.scalars[part] * factor : 0
      }
    }
    turned.scalars.withMemoryRebound(to: fftwf_complex.self, capacity: slope.count) {
      fftwf_execute_dft_c2r(Plan.of(width, rows: rows, .back).handle, $0, result.scalars)
    }
    withExtendedLifetime((slope, magnitudes, parts, turned)) {}
    return result
  }

  /// A plan of FFTW's, made once for each problem.
  ///
  /// It is made by estimate: a measured one would differ from run to run, and so would the bits. It is
  /// run on memory as aligned as that it was made with.
  private final class Plan: @unchecked Sendable {
    enum Direction { case forward, back }
    private struct Key: Hashable {
      let width, rows: Int
      let direction: Direction
    }
    // Only plans can be run on several threads at a time; making one needs the lock.
    private static let known = Mutex<[Key: Plan]>([:])

    let handle: fftwf_plan

    static func of(_ width: Int, rows: Int, _ direction: Direction) -> Plan {
      known.withLock { known in
        let key = Key(width: width, rows: rows, direction: direction)
        if let plan = known[key] { return plan }
        let plan = Plan(width, rows, direction)
        known[key] = plan
        return plan
      }
    }

    private init(_ width: Int, _ rows: Int, _ direction: Direction) {
      let frequencies = width / 2 + 1
      let (scalars, parts) = (
        Storage(count: rows * width), Storage(count: 2 * rows * frequencies)
      )
      let plan = parts.scalars.withMemoryRebound(
        to: fftwf_complex.self, capacity: rows * frequencies
      ) { complex in
        var extent = Int32(width)
        return direction == .forward
          ? fftwf_plan_many_dft_r2c(
            1, &extent, Int32(rows), scalars.scalars, nil, 1, Int32(width), complex, nil, 1,
            Int32(frequencies), FFTW_ESTIMATE)
          : fftwf_plan_many_dft_c2r(
            1, &extent, Int32(rows), complex, nil, 1, Int32(frequencies), scalars.scalars, nil, 1,
            Int32(width), FFTW_ESTIMATE)
      }
      guard let plan else { fatalError("FFTW has no plan for \(rows) rows of \(width)") }
      handle = plan
    }
  }
#endif
