import Foundation
public import Tensors
import func Kernels.require

/// How the loss changes while the learning rate grows from step to step (Smith, *Cyclical Learning
/// Rates*, [arXiv:1506.01186](https://arxiv.org/abs/1506.01186)).
///
/// ```swift
/// let sweep = try LearningRateSweep(of: model, Adam(), on: batches) { model, batch in
///   meanSquaredError(model(batch.input), batch.target)
/// }
/// trainer = Trainer(Adam(learningRate: sweep.suggestion), epochs: 20)
/// ```
public struct LearningRateSweep: Hashable, Sendable {
  /// A step of the sweep.
  public struct Point: Hashable, Sendable {
    /// The learning rate of the step.
    public let rate: Scalar
    /// The loss before it.
    public let loss: Double
    /// The mean of the losses so far, in which a step counts 0.95 of the one after it.
    public let smoothedLoss: Double
  }

  /// The steps, up to where the loss left its least value fourfold behind.
  public let points: [Point]

  /// The rate at which the smoothed loss falls most steeply over the logarithm of the rate, before
  /// its least value: a rate to begin with.
  public var suggestion: Scalar {
    let least = points.indices.min { points[$0].smoothedLoss < points[$1].smoothedLoss } ?? 0
    let slopes = (1..<max(least, 2)).filter { $0 + 1 < points.count }.map { index in
      (index, points[index + 1].smoothedLoss - points[index - 1].smoothedLoss)
    }
    return points[slopes.min { $0.1 < $1.1 }?.0 ?? 0].rate
  }

  /// Trains a copy of a model, and leaves the model as it is.
  ///
  /// - Parameters:
  ///   - model: The model, which must not contain layers that are otherwise in training.
  ///   - optimizer: The rule, whose learning rate is set for each step.
  ///   - batches: What it is fitted to, epoch after epoch as far as steps need it.
  ///   - rates: The first learning rate and the last.
  ///   - steps: The number of steps, by which the rate grows evenly in its logarithm.
  ///   - loss: Returns the loss of the model on a batch.
  /// - Throws: What the loss throws.
  public init<Model: Module, Source: BatchSource, Rule: Optimizer>(
    of model: Model, _ optimizer: Rule, on batches: Source,
    rates: ClosedRange<Double> = 1e-6...10, steps: Int = 100,
    loss: (Model, Source.Element) throws -> Tensor
  ) throws {
    require(
      rates.lowerBound > 0 && rates.upperBound.isFinite && steps > 1,
      "a sweep has finite rates above 0 and at least two steps, not \(rates) and \(steps)")
    require(
      !model.dependsOnPhase, "\(Model.self) has layers that are otherwise in training")
    var (model, optimizer, points) = (model, optimizer, [Point]())
    var (mean, least, epoch) = (0.0, Double.infinity, 0)
    sweep: while points.count < steps {
      let before = points.count
      for batch in batches.epoch(epoch) {
        let share = Double(points.count) / Double(steps - 1)
        let rate = rates.lowerBound * pow(rates.upperBound / rates.lowerBound, share)
        let (value, gradient) = try valueWithGradient(at: model) { try loss($0, batch) }
        mean = 0.95 * mean + 0.05 * Double(value)
        let smoothed = mean / (1 - pow(0.95, Double(points.count + 1)))
        guard smoothed.isFinite, smoothed <= 4 * least || points.count < 2 else { break sweep }
        least = min(least, smoothed)
        points.append(Point(rate: Scalar(rate), loss: Double(value), smoothedLoss: smoothed))
        guard points.count < steps, gradient.lastDiverged == nil else { break sweep }
        optimizer.learningRate = Scalar(rate)
        optimizer.update(&model, along: gradient)
      }
      require(points.count > before, "epoch \(epoch + 1) has no batches")
      epoch += 1
    }
    self.points = points
  }
}
