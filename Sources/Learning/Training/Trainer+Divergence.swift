import Tensors

extension Trainer {
  /// Returns where a step left the finite numbers, or `nil` if it did not.
  func divergence<Model: Module, Batch: Countable>(
    _ value: Scalar, _ gradient: Gradient<Model>, _ model: Model, _ batch: Batch,
    _ loss: Loss<Model, Batch>
  ) throws -> LearningError? {
    func found(_ quantity: Divergence.Quantity, _ cause: Divergence.Cause?) -> LearningError {
      .diverged(
        Divergence(quantity, cause: cause, epoch: progress.epoch, batch: progress.batch))
    }
    guard value.isFinite else {
      return found(.loss, try OperationLog.pausing { try cause(in: model, batch, loss) })
    }
    return gradient.lastDiverged.map { found(.gradient(of: model.parameters[$0].name), nil) }
  }

  /// Computes a loss once more, and returns where it first leaves the finite numbers.
  private func cause<Model: Module, Batch: Countable>(
    in model: Model, _ batch: Batch, _ loss: Loss<Model, Batch>
  ) throws -> Divergence.Cause? {
    var tracked = model
    var (names, variables): ([String], [Tensor]) = ([], [])
    tracked.visitParameters { name, tensor in
      tensor = tensor.asVariable()
      names.append(name)
      variables.append(tensor)
    }
    return switch try loss(tracked, batch, progress.step).firstFault(among: variables) {
    case .variable(let position): .parameter(names[position])
    case .operation(let position): .layer(layer(ofParameter: names[position]))
    case .constant: .data
    case nil: nil
    }
  }
}
