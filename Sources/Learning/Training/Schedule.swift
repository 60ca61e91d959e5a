import Foundation
import func Kernels.require

/// How the learning rate changes while a model is trained: a pure function of the count of steps,
/// or of epochs, that are done.
///
/// A schedule gives the share of the optimizer's own learning rate, which is the greatest or the
/// first. The shares are PyTorch's; a rate that PyTorch takes in full (`eta_min`) is here a share
/// too, as Keras' `alpha` is.
///
/// ```swift
/// Trainer(Adam(learningRate: 1e-3), epochs: 20)
///   .scheduling(.warmUp(over: 100, from: 0.01, then: .cosine(over: 1900)), by: .step)
/// ```
public indirect enum Schedule: Hashable, Sendable {
  /// Always the whole rate.
  case constant
  /// Times `factor` after every so many counts.
  case steps(every: Int, factor: Double)
  /// Times `factor` at each of the counts.
  case milestones([Int], factor: Double)
  /// Times `factor` at each count.
  case exponential(factor: Double)
  /// Down half a cosine to `minimum`, where it then stays (Loshchilov and Hutter,
  /// [arXiv:1608.03983](https://arxiv.org/abs/1608.03983)).
  case cosine(over: Int, minimum: Double = 0)
  /// Down half a cosine again and again, each time `growth` times as long as the last (the same
  /// paper).
  case cosineRestarts(first: Int, growth: Int = 1, minimum: Double = 0)
  /// Up from `1 / start` within a share `rise` of the counts, then down to `1 / (start · end)`,
  /// both along a cosine (Smith and Topin, [arXiv:1708.07120](https://arxiv.org/abs/1708.07120)).
  /// The momentum is left alone.
  case oneCycle(over: Int, rise: Double = 0.3, start: Double = 25, end: Double = 1e4)
  /// Up a line from a share to the whole rate, then as another schedule counted from there.
  case warmUp(over: Int, from: Double, then: Schedule = .constant)

  /// What is counted.
  public enum Clock: String, Hashable, Sendable {
    /// The steps of the optimizer that are done.
    case step
    /// The epochs that are done.
    case epoch
  }

  /// Returns the share of the learning rate.
  ///
  /// - Parameter count: How many steps or epochs are done, from 0.
  /// - Returns: A factor from 0 to 1, unless a factor of the schedule is greater.
  public func share(at count: Int) -> Double {
    require(count >= 0, "a count is not negative, as \(count) is")
    check()
    switch self {
    case .constant: return 1
    case .steps(let every, let factor): return pow(factor, Double(count / every))
    case .milestones(let counts, let factor):
      return pow(factor, Double(counts.count { $0 <= count }))
    case .exponential(let factor): return pow(factor, Double(count))
    case .cosine(let length, let minimum):
      return fall(Double(min(count, length)) / Double(length), from: 1, to: minimum)
    case .cosineRestarts(let first, let growth, let minimum):
      var (start, length) = (0, first)
      while count - start >= length { (start, length) = (start + length, length * growth) }
      return fall(Double(count - start) / Double(length), from: 1, to: minimum)
    case .oneCycle(let length, let rise, let start, let end):
      let (top, last) = (rise * Double(length) - 1, Double(length - 1))
      let count = min(Double(count), last)
      return count <= top
        ? fall(count / top, from: 1 / start, to: 1)
        : fall((count - top) / (last - top), from: 1, to: 1 / (start * end))
    case .warmUp(let length, let share, let next):
      return count < length
        ? share + (1 - share) * Double(count) / Double(length) : next.share(at: count - length)
    }
  }

  /// Returns what half a cosine makes of a progress from 0 to 1.
  private func fall(_ progress: Double, from high: Double, to low: Double) -> Double {
    low + (high - low) * (1 + cos(.pi * progress)) / 2
  }

  /// Stops the program if a number of the schedule has no meaning.
  func check() {
    func checkShare(_ share: Double) {
      require(share >= 0 && share.isFinite, "\(self) needs shares of 0 or more, not \(share)")
    }
    switch self {
    case .constant: break
    case .exponential(let factor), .milestones(_, let factor): checkShare(factor)
    case .steps(let length, let share), .cosine(let length, let share):
      require(length > 0, "\(self) needs a length of at least 1")
      checkShare(share)
    case .cosineRestarts(let first, let growth, let minimum):
      require(first > 0 && growth > 0, "\(self) needs lengths of at least 1")
      checkShare(minimum)
    case .oneCycle(let length, let rise, let start, let end):
      require(
        rise > 0 && rise < 1 && rise * Double(length) > 1 && start > 0 && end > 0,
        "\(self) needs at least one step on either side and positive divisors")
    case .warmUp(let length, let share, let next):
      require(length > 0, "\(self) needs a length of at least 1")
      checkShare(share)
      next.check()
    }
  }
}
