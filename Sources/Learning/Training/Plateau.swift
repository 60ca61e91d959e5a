import func Kernels.require

/// Lowers the learning rate when a measure no longer gets better.
///
/// As PyTorch's `ReduceLROnPlateau`: after more than `patience` epochs in a row without
/// improvement the rate is multiplied by `factor`, and then `cooldown` epochs are not counted.
///
/// ```swift
/// Trainer(SGD(learningRate: 0.1), epochs: 50)
///   .validating(on: held) { model, batch in softmaxCrossEntropy(model(batch.input), batch.target) }
///   .reducing(onPlateauOf: "validation_loss", Plateau(.minimize, patience: 5))
/// ```
public struct Plateau: Hashable, Sendable {
  /// By how much a measure must be better to count as an improvement.
  public enum Threshold: Hashable, Sendable {
    /// By more than a share of the best so far.
    case relative(Double)
    /// By more than a difference.
    case absolute(Double)
  }

  /// Which way the measure is better.
  public var direction: Direction
  /// What the learning rate is multiplied by.
  public var factor: Double
  /// How many epochs without improvement are borne.
  public var patience: Int
  /// What counts as an improvement.
  public var threshold: Threshold
  /// How many epochs after a reduction are not counted.
  public var cooldown: Int
  /// The least share of the optimizer's own rate.
  public var minimum: Double

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - direction: Which way the measure is better.
  ///   - factor: What the learning rate is multiplied by, from 0 to below 1.
  ///   - patience: How many epochs without improvement are borne.
  ///   - threshold: What counts as an improvement.
  ///   - cooldown: How many epochs after a reduction are not counted.
  ///   - minimum: The least share of the optimizer's own rate.
  public init(
    _ direction: Direction, factor: Double = 0.1, patience: Int = 10,
    threshold: Threshold = .relative(1e-4), cooldown: Int = 0, minimum: Double = 0
  ) {
    require(0..<1 ~= factor, "a factor is from 0 to below 1, not \(factor)")
    require(
      patience >= 0 && cooldown >= 0,
      "patience and cooldown are not negative, as \(patience) or \(cooldown) is")
    let change =
      switch threshold {
      case .relative(let share): share
      case .absolute(let difference): difference
      }
    require(
      change >= 0 && 0...1 ~= minimum,
      "a threshold of \(change) is 0 or more, and the least share of \(minimum) from 0 to 1")
    (self.direction, self.factor, self.patience) = (direction, factor, patience)
    (self.threshold, self.cooldown, self.minimum) = (threshold, cooldown, minimum)
  }

  /// What is remembered between epochs.
  struct State: Hashable, Sendable {
    /// The share of the optimizer's own rate.
    var share = 1.0
    var best: Double
    var bad = 0
    var cooling = 0
  }

  var start: State { State(best: direction.worst) }

  /// Takes note of the measure of one more epoch.
  func advance(_ state: inout State, by value: Double) {
    if direction.improves(value, on: state.best, byMoreThan: change(state.best)) {
      (state.best, state.bad) = (value, 0)
    } else {
      state.bad += 1
    }
    if state.cooling > 0 { (state.cooling, state.bad) = (state.cooling - 1, 0) }
    guard state.bad > patience else { return }
    state.share = max(state.share * factor, minimum)
    (state.cooling, state.bad) = (cooldown, 0)
  }

  private func change(_ best: Double) -> Double {
    guard best.isFinite else { return 0 }
    return switch threshold {
    // PyTorch takes the share of the best with its sign: a negative one is then too easily beaten.
    case .relative(let share): abs(best) * share
    case .absolute(let change): change
    }
  }
}
