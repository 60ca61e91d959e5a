import enum Kernels.Threads
import func Kernels.flushingSubnormals
public import Tensors
import func Kernels.require

extension Trainer {
  /// What a loss is computed by in step after step.
  typealias Loss<Model, Batch> = (Model, Batch, _ step: Int) throws -> Tensor

  mutating func train<Model: Module, Source: BatchSource>(
    _ model: inout Model, on batches: Source, loss: Loss<Model, Source.Element>
  ) throws {
    model.checkParts()
    if let start = plan.start {
      plan.start = nil
      try restore(&model, from: start)
    }
    try chooseThreads(for: model, on: batches, loss: loss)
    try Profiler.notingTraining { try goOn(&model, on: batches, loss: loss) }
  }

  private mutating func goOn<Model: Module, Source: BatchSource>(
    _ model: inout Model, on batches: Source, loss: Loss<Model, Source.Element>
  ) throws {
    try flushingSubnormals {
      while progress.epoch < epochs && state.stopping?.isOver != true {
        // Batches that a stopped training has seen are passed over.
        for batch in batches.epoch(progress.epoch).dropFirst(progress.batch) {
          try Task.checkCancellation()
          if let limit = plan.limit, progress.step >= limit { return }
          let verdict = try OperationLog.noting("step", .step) {
            try see(batch, &model, loss: loss)
          }
          if verdict == .stop || progress.step == plan.limit { return }
        }
        if try tell(endEpoch(&model), model) == .stop { return }
      }
      if state.stopping?.isOver == true { state.restoreBest(&model) }
    }
  }

  /// Chooses the number of threads by the work of one loss, which is computed for that alone: the
  /// steps are then the same as if the number had been given.
  private func chooseThreads<Model: Module, Source: BatchSource>(
    for model: Model, on batches: Source, loss: Loss<Model, Source.Element>
  ) throws {
    guard Threads.isAutomatic, progress.epoch < epochs else { return }
    try OperationLog.pausing {
      for batch in batches.epoch(progress.epoch).dropFirst(progress.batch).prefix(1) {
        let before = Threads.work
        _ = try loss(model, batch, progress.step)
        Threads.choose(forWork: Threads.work - before)
      }
    }
  }

  private mutating func see<Model: Module, Batch: Countable>(
    _ batch: Batch, _ model: inout Model, loss: Loss<Model, Batch>
  ) throws -> Verdict {
    let (value, gradient) = try valueWithGradient(at: model) {
      try loss($0, batch, progress.step)
    }
    if let divergence = try divergence(value, gradient, model, batch, loss) { throw divergence }
    let norm = gather(gradient, of: batch.exampleCount, &model)
    let index = progress.batch
    progress.batch += 1
    progress.step += 1
    progress.lossSum += Double(value) * Double(batch.exampleCount)
    progress.exampleCount += batch.exampleCount
    if let norm, try tell(.gradient(step: progress.updates - 1, norm: norm), model) == .stop {
      return .stop
    }
    return try tell(.batch(index: index, epoch: progress.epoch, loss: value), model)
  }

  /// Takes a step, or adds to the gradients of a later one; returns the norm if it was asked for.
  private mutating func gather<Model: Module>(
    _ gradient: Gradient<Model>, of examples: Int, _ model: inout Model
  ) -> Double? {
    guard plan.batchesPerStep > 1 else { return step(&model, along: gradient) }
    state.sum.add(gradient, examples: examples)
    guard state.sum.batches == plan.batchesPerStep else {
      model.moveStates(along: gradient)
      return nil
    }
    return step(&model, along: gathered(gradient.moved))
  }

  private mutating func gathered<Model: Module>(_ moved: [Tensor?]) -> Gradient<Model> {
    defer { state.sum = GradientSum() }
    return Gradient(tensors: state.sum.tensors, moved: moved)
  }

  private mutating func step<Model: Module>(
    _ model: inout Model, along gradient: Gradient<Model>
  ) -> Double? {
    var gradient = gradient
    let norm = plan.clipping?.apply(to: &gradient)
    let rate = optimizer.learningRate
    optimizer.learningRate = learningRate
    OperationLog.noting("\(Rule.self)", .update) { optimizer.update(&model, along: gradient) }
    optimizer.learningRate = rate
    progress.updates += 1
    if let average = plan.average, case .exponential = average {
      average.advance(&state.average, by: model)
    }
    return norm
  }

  /// The learning rate of the next step: the optimizer's own, as schedule and plateau change it.
  public var learningRate: Scalar {
    let share =
      switch plan.schedule {
      case nil: 1.0
      case (let schedule, .step)?: schedule.share(at: progress.updates)
      case (let schedule, .epoch)?: schedule.share(at: progress.epoch)
      }
    let whole = share * (state.plateau?.share ?? 1)
    return whole == 1 ? optimizer.learningRate : Scalar(Double(optimizer.learningRate) * whole)
  }

  private mutating func endEpoch(_ model: inout some Module) throws -> TrainingEvent {
    require(progress.exampleCount > 0, "epoch \(progress.epoch + 1) has no examples")
    if state.sum.batches > 0 { flush(&model) }
    let meanLoss = progress.lossSum / Double(progress.exampleCount)
    var values = ["loss": meanLoss, "learning_rate": Double(learningRate)]
    for measure in plan.measures { values[measure.name] = try measure.value(model) }
    state.history.append(values)
    if case .uniform(let first)? = plan.average, progress.epoch >= first {
      plan.average?.advance(&state.average, by: model)
    }
    judge(values, model)
    let event = TrainingEvent.epoch(index: progress.epoch, count: epochs, meanLoss: meanLoss)
    progress.epoch += 1
    (progress.batch, progress.lossSum, progress.exampleCount) = (0, 0, 0)
    return event
  }

  /// Takes the step of the gradients that an epoch leaves over.
  private mutating func flush<Model: Module>(_ model: inout Model) {
    _ = step(&model, along: gathered([]))
  }

  /// Lets plateau and early stopping take note of an epoch.
  private mutating func judge(_ values: [String: Double], _ model: some Module) {
    func value(_ name: String) -> Double {
      guard let value = values[name] else {
        fatalError(
          "“\(name)” is not measured, only \(values.keys.sorted().joined(separator: ", "))")
      }
      return value
    }
    if let (name, plateau) = plan.plateau {
      var known = state.plateau ?? plateau.start
      plateau.advance(&known, by: value(name))
      state.plateau = known
    }
    if let (name, stopping) = plan.stopping {
      var known = state.stopping ?? stopping.start
      if stopping.advance(&known, by: value(name)), stopping.restoresBest {
        state.best = model.named.map(\.tensor)
      }
      state.stopping = known
    }
  }

  private func tell(_ event: TrainingEvent, _ model: some Module) throws -> Verdict {
    for observer in observers {
      let verdict =
        switch observer {
        case .event(let observer): try observer(event)
        case .snapshot(let observer): try observer(event, model, record)
        }
      if verdict == .stop { return .stop }
    }
    return .proceed
  }

  var record: TrainingRecord {
    TrainingRecord(
      progress: progress, memory: optimizer.memory, state: state,
      settings: optimizer.settings.merging(plan.settings) { $1 })
  }
}
