public import Tensors
import func Kernels.require

/// What a trainer was told to do beside its steps.
struct TrainingPlan {
  var schedule: (Schedule, Schedule.Clock)?
  var plateau: (String, Plateau)?
  var stopping: (String, EarlyStopping)?
  var clipping: Clipping?
  var average: WeightAverage?
  var batchesPerStep = 1
  /// The most batches.
  var limit: Int?
  /// Where the training begins, if it was interrupted.
  var start: Safetensors?
  var measures: [(name: String, value: (any Module) throws -> Double)] = []

  /// What must be the same where a training goes on from a checkpoint.
  var settings: [String: String] {
    [
      "schedule": schedule.map { "\($0) by \($1)" }, "plateau": plateau.map { "\($0): \($1)" },
      "early_stopping": stopping.map { "\($0): \($1)" }, "clipping": clipping.map { "\($0)" },
      "averaging": average.map { "\($0)" },
      "batches_per_step": batchesPerStep > 1 ? "\(batchesPerStep)" : nil,
    ].compactMapValues { $0 }
  }
}

extension Trainer {
  private func planning(_ change: (inout TrainingPlan) -> Void) -> Trainer {
    require(progress == TrainingProgress(), "a training that has begun is not planned anew")
    var copy = self
    change(&copy.plan)
    return copy
  }

  /// Returns a trainer whose learning rate follows a schedule.
  ///
  /// - Parameters:
  ///   - schedule: Gives the share of the optimizer's own learning rate.
  ///   - clock: What the schedule counts.
  /// - Returns: The trainer, with this schedule in place of one that it has.
  public func scheduling(_ schedule: Schedule, by clock: Schedule.Clock) -> Trainer {
    schedule.check()
    return planning { $0.schedule = (schedule, clock) }
  }

  /// Returns a trainer that ends after so many batches, those before a checkpoint counted, wherever in
  /// an epoch that is.
  public func stopping(afterSteps limit: Int) -> Trainer {
    require(limit >= 0, "the number of steps is not negative, as \(limit) is")
    return planning { $0.limit = limit }
  }

  /// Returns a trainer that lowers the learning rate when a measure no longer gets better.
  ///
  /// - Parameters:
  ///   - name: `loss`, or the name of a measure that the trainer takes.
  ///   - plateau: When, and by how much.
  /// - Returns: The trainer, with this rule in place of one that it has.
  public func reducing(onPlateauOf name: String, _ plateau: Plateau) -> Trainer {
    planning { $0.plateau = (name, plateau) }
  }

  /// Returns a trainer that ends early when a measure no longer gets better.
  ///
  /// - Parameters:
  ///   - name: `loss`, or the name of a measure that the trainer takes.
  ///   - stopping: When, and with which weights.
  /// - Returns: The trainer, with this rule in place of one that it has.
  public func stoppingEarly(on name: String, _ stopping: EarlyStopping) -> Trainer {
    planning { $0.stopping = (name, stopping) }
  }

  /// Returns a trainer that clips gradients, and tells their norm as an event before that of the
  /// batch.
  public func clipping(_ clipping: Clipping) -> Trainer {
    clipping.check()
    return planning { $0.clipping = clipping }
  }

  /// Returns a trainer that also averages the parameters, for ``averaged(_:)``.
  public func averaging(_ average: WeightAverage) -> Trainer {
    average.check()
    return planning { $0.average = average }
  }

  /// Returns a trainer that takes a step for so many batches, as if they were one; the batches that
  /// an epoch leaves over have a step of their own.
  public func accumulating(batches: Int) -> Trainer {
    require(batches > 0, "a step takes at least one batch, not \(batches)")
    return planning { $0.batchesPerStep = batches }
  }

  /// Returns a trainer that also measures the model after each epoch.
  ///
  /// - Parameters:
  ///   - name: By which the ``History`` has it.
  ///   - model: The type of the model that will be fitted.
  ///   - value: Returns the measure.
  /// - Returns: The trainer with this measure after those that it has.
  public func measuring<Model: Module>(
    _ name: String, of model: Model.Type, _ value: @escaping (Model) throws -> Double
  ) -> Trainer {
    planning { plan in
      require(
        !["loss", "learning_rate"].contains(name) && !plan.measures.contains { $0.name == name },
        "“\(name)” is already measured")
      plan.measures.append(
        (
          name,
          { any in
            guard let model = any as? Model else {
              fatalError("a measure of \(Model.self) cannot be of a \(type(of: any))")
            }
            return try value(model)
          }
        ))
    }
  }

  /// Returns a trainer that also measures the mean loss over other examples after each epoch.
  ///
  /// - Parameters:
  ///   - batches: The examples, those of epoch 0.
  ///   - model: The type of the model that will be fitted.
  ///   - name: By which the ``History`` has it.
  ///   - loss: Returns the loss of the model, used and not trained, on a batch.
  /// - Returns: The trainer with this measure after those that it has.
  public func validating<Model: Module, Source: BatchSource>(
    on batches: Source, of model: Model.Type, as name: String = "validation_loss",
    loss: @escaping (Model, Source.Element) throws -> Tensor
  ) -> Trainer {
    measuring(name, of: model) { model in
      var (sum, count) = (0.0, 0)
      for batch in batches.epoch(0) {
        sum += Double(try loss(model, batch).scalar) * Double(batch.exampleCount)
        count += batch.exampleCount
      }
      require(count > 0, "there are no examples to validate on")
      return sum / Double(count)
    }
  }

  /// Returns the model with the average of its parameters in their place.
  ///
  /// Before the first average it is the model itself. States such as the running means of batch
  /// normalisation are those of the model: with ``WeightAverage/uniform(fromEpoch:)`` they belong to
  /// other weights, and a pass over the data in training makes them anew.
  public func averaged<Model: Module>(_ model: Model) -> Model { state.averaged(model) }

  /// Gives the model the tensors that it had at the end of the best epoch, by early stopping's
  /// measure; does nothing before the first epoch is done.
  public func restoreBest(_ model: inout some Module) { state.restoreBest(&model) }
}
