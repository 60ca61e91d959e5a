import Foundation
public import Randomness

/// Simulated patients: a picture and a record that each know something of a diagnosis.
///
/// Given the diagnosis, the two know nothing of each other. A toy of our own design.
///
/// The diagnosis y is a fair coin. The picture, 28 by 28 pixels, has a brightness of 0.3…0.7, normal
/// noise of 0.2 and a wave of 4 pixels in a random direction, whose amplitude is |N(0, 0.20)| for
/// the sick and |N(0, 0.07)| for the healthy. The record has a temperature N(37.0 + 0.6 y, 0.7),
/// white cells log-normal around 8 with a shift of 0.25 y and a width of 0.3, an age of 20…90 and a
/// column of noise. The area under the ROC curve of the temperature alone is Φ(0.6 / 0.7 / √2) =
/// 0.7278, of the white cells Φ(0.25 / 0.3 / √2) = 0.7222.
///
/// With interaction there is a fifth column, N(s δ (2y - 1), 1) with δ = 1, where s is +1 in
/// pictures brighter than 0.5 and -1 in darker ones: alone, or beside what a picture says of y, it
/// says nothing.
public struct PatientSimulator: Sendable {
  /// One patient.
  public struct Patient: Sendable {
    /// Rows from the top, around 0…1, not clipped.
    public let picture: [Float]
    /// Temperature in °C, white cells in 10⁹/l, age in years, noise, and with interaction the fifth.
    public let record: [Double]
    /// Whether the patient is sick.
    public let isSick: Bool
  }

  /// The pixels of a side.
  public static let size = 28
  /// What the columns of a record are.
  public static let columns = ["temperature", "white cells", "age", "noise", "interaction"]

  /// Whether there is a column whose meaning the picture decides.
  public var hasInteraction: Bool

  public init(hasInteraction: Bool = false) { self.hasInteraction = hasInteraction }

  /// Draws patients.
  public func patients(_ count: Int, from stream: RandomStream) -> [Patient] {
    (0..<count).map { patient(from: stream.split($0)) }
  }

  /// Draws the record of a patient whose picture is real.
  public static func record(isSick: Bool, from stream: inout RandomStream) -> [Double] {
    let y = isSick ? 1.0 : 0
    return [
      stream.normal(mean: 37 + 0.6 * y, deviation: 0.7),
      exp(stream.normal(mean: log(8) + 0.25 * y, deviation: 0.3)), stream.uniform(20, 90),
      stream.normal(),
    ]
  }

  private func patient(from origin: RandomStream) -> Patient {
    var stream = origin
    let isSick = stream.uniform() < 0.5
    var record = Self.record(isSick: isSick, from: &stream)
    let brightness = stream.uniform(0.3, 0.7)
    let amplitude = abs(stream.normal(deviation: isSick ? 0.20 : 0.07))
    let (direction, phase) = (stream.uniform(0, .pi), stream.uniform(0, 2 * .pi))
    let (u, v) = (cos(direction) * .pi / 2, sin(direction) * .pi / 2)
    let picture = (0..<Self.size * Self.size).map { index in
      let (x, y) = (Double(index % Self.size), Double(index / Self.size))
      return Float(
        brightness + amplitude * sin(u * x + v * y + phase) + stream.normal(deviation: 0.2))
    }
    if hasInteraction {
      let sign = (brightness > 0.5 ? 1.0 : -1) * (isSick ? 1 : -1)
      record.append(stream.normal(mean: sign))
    }
    return Patient(picture: picture, record: record, isSick: isSick)
  }
}

extension MedicalImages {
  /// Draws simulated patients in three parts.
  ///
  /// - Parameters:
  ///   - simulator: What draws them.
  ///   - counts: The patients of each part.
  ///   - stream: Where the draws come from.
  public init(
    from simulator: PatientSimulator, counts: (training: Int, validation: Int, test: Int),
    stream: RandomStream
  ) {
    func part(_ count: Int, _ name: String) -> Part {
      let all = simulator.patients(count, from: stream.split(name))
      return Part(
        pixels: all.flatMap(\.picture), labels: all.map { $0.isSick ? 1 : 0 },
        records: all.map(\.record))
    }
    self.init(
      width: PatientSimulator.size, height: PatientSimulator.size,
      training: part(counts.training, "training"),
      validation: part(counts.validation, "validation"), test: part(counts.test, "test"))
  }

  /// Returns the images with simulated records beside them.
  public func withSimulatedRecords(from stream: RandomStream) -> MedicalImages {
    var (images, stream) = (self, stream)
    func records(_ labels: [Int]) -> [[Double]] {
      labels.map { PatientSimulator.record(isSick: $0 == 1, from: &stream) }
    }
    images.training.records = records(training.labels)
    images.validation.records = records(validation.labels)
    images.test.records = records(test.labels)
    return images
  }
}
