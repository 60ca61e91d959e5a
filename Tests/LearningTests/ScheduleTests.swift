import Testing

@testable import Learning

/// Against the numbers of `Reference/schedules.py`.
@Suite struct ScheduleTests {
  // Not stored: the leak sanitizer does not find what globals of indirect cases point to.
  private static var schedules: [(String, Schedule)] {
    [
      ("steps", .steps(every: 7, factor: 0.5)),
      ("milestones", .milestones([3, 10, 11], factor: 0.1)),
      ("exponential", .exponential(factor: 0.9)),
      ("cosine", .cosine(over: 39, minimum: 0.05)),
      ("restarts", .cosineRestarts(first: 5, growth: 2, minimum: 0.05)),
      ("one cycle", .oneCycle(over: 41)),
      ("short cycle", .oneCycle(over: 41, rise: 0.2, start: 10, end: 100)),
      ("warm-up", .warmUp(over: 8, from: 0.1)),
      ("warm-up cosine", .warmUp(over: 8, from: 0.1, then: .cosine(over: 31))),
      ("keras cosine", .cosine(over: 30, minimum: 0.05)),
    ]
  }

  @Test("Rates are those of the peer", arguments: schedules.map(\.0))
  func ratesAreThoseOfPeer(name: String) throws {
    let schedule = try #require(Self.schedules.first { $0.0 == name }?.1)
    // Keras computes in Float.
    try ReferenceNumbers("schedules").expect(
      (0..<40).map { schedule.share(at: $0) }, name, within: name.hasPrefix("keras") ? 2e-7 : 2e-9)
  }

  @Test func constantScheduleIsWhole() {
    #expect((0..<5).allSatisfy { Schedule.constant.share(at: $0) == 1 })
  }

  @Test func shareStaysAfterEnd() {
    #expect(abs(Schedule.cosine(over: 10, minimum: 0.2).share(at: 99) - 0.2) < 1e-12)
    #expect(abs(Schedule.oneCycle(over: 40).share(at: 99) - 1 / 25e4) < 1e-12)
  }

  private static let plateaus: [(String, Plateau)] = [
    ("plateau", Plateau(.minimize, factor: 0.5, patience: 2)),
    ("plateau cooling", Plateau(.minimize, factor: 0.5, patience: 1, cooldown: 2, minimum: 0.1)),
    ("plateau rising", Plateau(.maximize, factor: 0.1, patience: 2, threshold: .absolute(0.05))),
  ]

  @Test("Plateaus are those of PyTorch", arguments: plateaus.map(\.0))
  func plateauIsThatOfPyTorch(name: String) throws {
    let numbers = try ReferenceNumbers("schedules")
    let plateau = try #require(Self.plateaus.first { $0.0 == name }?.1)
    let sign = plateau.direction == .maximize ? -1.0 : 1
    var (state, found) = (plateau.start, [Double]())
    for value in try numbers["series"] {
      found.append(state.share)
      plateau.advance(&state, by: sign * value)
    }
    try numbers.expect(found, name, within: 1e-9)
  }

  @Test func notANumberIsNoImprovement() {
    let plateau = Plateau(.minimize, factor: 0.5, patience: 0)
    var state = plateau.start
    plateau.advance(&state, by: .nan)
    #expect(state.share == 0.5 && state.best == .infinity)
  }
}
