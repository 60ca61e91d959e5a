import Tensors

extension TrainingSnapshot {
  /// Returns all that is needed to go on from here: `model.…`, `optimizer.…`, what the parts of the
  /// training remember, the settings and the progress.
  public func checkpoint() -> Safetensors { record.checkpoint(of: model) }
}

extension Trainer {
  /// Returns all that is needed to go on from here with ``restore(_:from:)``.
  public func checkpoint(of model: some Module) -> Safetensors { record.checkpoint(of: model) }

  /// Takes up a training where it was saved: the same batches then give the same bits as if it had
  /// never stopped.
  ///
  /// The optimizer's and the training's settings must be those of the checkpoint; the epochs may be
  /// others, and the batches are not checked.
  ///
  /// - Throws: ``CheckpointError`` if the checkpoint is not one of such a model, optimizer and
  ///   training; model and trainer are then as they were.
  public mutating func restore<Model: Module>(_ model: inout Model, from file: Safetensors) throws {
    var (restored, found) = (model, record)
    try file.checkSettings(found.settings)
    try restored.restore(from: file, prefix: "model.")
    try found.restore(from: file, for: restored)
    // What is not written again does not belong there.
    let extra = Set(file.entries.keys).subtracting(found.checkpoint(of: restored).entries.keys)
    guard extra.isEmpty else { throw CheckpointError.unexpected(extra.sorted()) }
    (model, optimizer.memory, progress, state) = (
      restored, found.memory, found.progress, found.state
    )
  }
}

extension Safetensors {
  fileprivate func checkSettings(_ settings: [String: String]) throws {
    let prefix = "setting."
    let names = metadata.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
    for name in Set(names.map(String.init)).union(settings.keys).sorted() {
      let (saved, present) = (metadata[prefix + name] ?? "none", settings[name] ?? "none")
      guard saved == present else {
        throw CheckpointError.setting(name: name, saved: saved, present: present)
      }
    }
  }
}

extension TrainingRecord {
  func checkpoint(of model: some Module) -> Safetensors {
    var file = model.checkpoint(prefix: "model.")
    let names = model.parameters.map(\.name)
    for (slot, tensors) in zip(memory.names, memory.slots) {
      file.set("optimizer.\(slot).", names, tensors)
    }
    file.set("average.", names, state.average.tensors)
    file.set("gathered.", names, state.sum.tensors)
    file.set("best.", model.named.map(\.name), state.best)
    for (name, values) in state.history.series {
      file.entries["history." + name] = .init(values, shape: [values.count])
    }
    for (name, value) in settings { file.metadata["setting." + name] = value }
    file.set("optimizer.step", memory.step)
    file.set("training.epoch", progress.epoch)
    file.set("training.batch", progress.batch)
    file.set("training.step", progress.step)
    file.set("training.updates", progress.updates)
    file.set("training.example_count", progress.exampleCount)
    file.set("training.loss_sum_bits", progress.lossSum)
    state.write(to: &file)
    return file
  }

  mutating func restore(from file: Safetensors, for model: some Module) throws {
    let parameters = model.parameters
    memory.step = try file.integer("optimizer.step")
    for (slot, name) in memory.names.enumerated() {
      memory.slots[slot] = try file.tensors("optimizer.\(name).", parameters)
    }
    progress.epoch = try file.integer("training.epoch")
    progress.batch = try file.integer("training.batch")
    progress.step = try file.integer("training.step")
    progress.updates = try file.integer("training.updates")
    progress.exampleCount = try file.integer("training.example_count")
    progress.lossSum = try file.number("training.loss_sum_bits")
    state = try TrainingState(from: file, parameters, model.named)
  }
}

extension TrainingState {
  fileprivate typealias Named = [(name: String, tensor: Tensor)]

  fileprivate func write(to file: inout Safetensors) {
    if let plateau {
      file.set("plateau.share_bits", plateau.share)
      file.set("plateau.best_bits", plateau.best)
      file.set("plateau.bad", plateau.bad)
      file.set("plateau.cooling", plateau.cooling)
    }
    if let stopping {
      file.set("early_stopping.best_bits", stopping.best)
      file.set("early_stopping.bad", stopping.bad)
      file.set("early_stopping.is_over", stopping.isOver ? 1 : 0)
    }
    file.set("average.count", average.count)
    file.set("gathered.batches", sum.batches)
    file.set("gathered.examples", sum.examples)
  }

  fileprivate init(from file: Safetensors, _ parameters: Named, _ named: Named) throws {
    if file.metadata["plateau.bad"] != nil {
      plateau = Plateau.State(
        share: try file.number("plateau.share_bits"),
        best: try file.number("plateau.best_bits"), bad: try file.integer("plateau.bad"),
        cooling: try file.integer("plateau.cooling"))
    }
    if file.metadata["early_stopping.bad"] != nil {
      stopping = EarlyStopping.State(
        best: try file.number("early_stopping.best_bits"),
        bad: try file.integer("early_stopping.bad"),
        isOver: try file.integer("early_stopping.is_over") == 1)
    }
    average = WeightAverage.State(
      count: try file.integer("average.count"), tensors: try file.tensors("average.", parameters))
    sum = GradientSum(
      tensors: try file.tensors("gathered.", parameters),
      batches: try file.integer("gathered.batches"),
      examples: try file.integer("gathered.examples"))
    best = try file.tensors("best.", named)
    for (name, entry) in file.entries where name.hasPrefix("history.") {
      history.series[String(name.dropFirst("history.".count))] = entry.numbers
    }
  }
}
