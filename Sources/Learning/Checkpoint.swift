import Tensors

/// Why a checkpoint does not fit what is to be restored from it.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
  /// Tensors that the model has and the checkpoint lacks.
  case missing([String])
  /// Tensors that the checkpoint has and the model lacks.
  case unexpected([String])
  /// A tensor of another shape.
  case misshaped(name: String, expected: [Int], found: [Int])
  /// A text about the training that is missing or no number.
  case metadata(String)

  public var description: String {
    switch self {
    case .missing(let names):
      """
      The checkpoint lacks \(names.joined(separator: ", ")). Build the model with the settings \
      that it was saved with.
      """
    case .unexpected(let names):
      """
      The checkpoint holds \(names.joined(separator: ", ")), which the model lacks. Build the \
      model with the settings that it was saved with.
      """
    case .misshaped(let name, let expected, let found):
      """
      \(name) has shape \(found) in the checkpoint and \(expected) in the model. Build the model \
      with the settings that it was saved with.
      """
    case .metadata(let key):
      "The checkpoint does not say “\(key)”: it is not that of a training. Restore the model alone."
    }
  }
}

extension Module {
  /// All tensors, trained or not, by dotted names.
  private var named: [(name: String, tensor: Tensor)] {
    var copy = self
    var found: [(String, Tensor)] = []
    copy.visitTensors { name, _, tensor in found.append((name, tensor)) }
    return found
  }

  /// Returns the model's tensors by name, ready to be written.
  ///
  /// - Parameter prefix: What every name starts with.
  /// - Returns: One array for each tensor, trained or not.
  public func checkpoint(prefix: String = "") -> Safetensors {
    var file = Safetensors()
    for (name, tensor) in named { file[prefix + name] = tensor }
    return file
  }

  /// Replaces every tensor by that of its name, or none.
  ///
  /// - Parameters:
  ///   - file: Tensors by name, no more and no fewer than the model has.
  ///   - prefix: What every name starts with; names that start otherwise are left alone.
  /// - Throws: ``CheckpointError`` if tensors are missing, too many or of another shape; the model
  ///   is then as it was.
  public mutating func restore(from file: Safetensors, prefix: String = "") throws {
    let expected = named
    let names = expected.map { prefix + $0.name }
    let missing = names.filter { file.entries[$0] == nil }
    guard missing.isEmpty else { throw CheckpointError.missing(missing) }
    let extra = Set(file.entries.keys.filter { $0.hasPrefix(prefix) }).subtracting(names)
    guard extra.isEmpty else { throw CheckpointError.unexpected(extra.sorted()) }
    var found: [String: Tensor] = [:]
    for (name, tensor) in expected {
      found[name] = try file.tensor(prefix + name, of: tensor.shape)
    }
    visitTensors { name, _, tensor in tensor = found[name] ?? tensor }
  }
}

extension Safetensors {
  /// Returns the tensor of a name and shape.
  func tensor(_ name: String, of shape: Shape) throws -> Tensor {
    guard let entry = entries[name] else { throw CheckpointError.missing([name]) }
    guard entry.shape == shape.extents, let tensor = entry.tensor else {
      throw CheckpointError.misshaped(name: name, expected: shape.extents, found: entry.shape)
    }
    return tensor
  }

  func integer(_ key: String) throws -> Int {
    guard let value = metadata[key].flatMap({ Int($0) }) else {
      throw CheckpointError.metadata(key)
    }
    return value
  }
}

extension TrainingSnapshot {
  /// Returns all that is needed to go on from here: `model.…`, `optimizer.…`, and the progress.
  public func checkpoint() -> Safetensors {
    Learning.checkpoint(of: model, memory, progress)
  }
}

extension Trainer {
  /// Returns all that is needed to go on from here with ``restore(_:from:)``.
  public func checkpoint(of model: some Module) -> Safetensors {
    Learning.checkpoint(of: model, optimizer.memory, progress)
  }

  /// Takes up a training where it was saved: the same batches then give the same bits as if it had
  /// never stopped.
  ///
  /// The settings (learning rate, epochs, batches) are those that this trainer was made with.
  ///
  /// - Throws: ``CheckpointError`` if the checkpoint is not one of such a model and optimizer;
  ///   model and trainer are then as they were.
  public mutating func restore<Model: Module>(_ model: inout Model, from file: Safetensors) throws {
    var restored = model
    try restored.restore(from: file, prefix: "model.")
    var progress = TrainingProgress()
    progress.epoch = try file.integer("training.epoch")
    progress.batch = try file.integer("training.batch")
    progress.step = try file.integer("training.step")
    progress.exampleCount = try file.integer("training.example_count")
    guard
      let bits = file.metadata["training.loss_sum_bits"].flatMap({ UInt64($0, radix: 16) })
    else { throw CheckpointError.metadata("training.loss_sum_bits") }
    progress.lossSum = Double(bitPattern: bits)
    var memory = optimizer.memory
    memory.step = try file.integer("optimizer.step")
    for (slot, name) in memory.names.enumerated() {
      let isFilled = file.entries.keys.contains { $0.hasPrefix("optimizer.\(name).") }
      memory.slots[slot] =
        isFilled
        ? try restored.parameters.map {
          try file.tensor("optimizer.\(name).\($0.name)", of: $0.tensor.shape)
        } : []
    }
    let names = restored.parameters.map(\.name)
    let known = Set(memory.names.flatMap { slot in names.map { "optimizer.\(slot).\($0)" } })
    let extra = file.entries.keys.filter { !$0.hasPrefix("model.") && !known.contains($0) }
    guard extra.isEmpty else { throw CheckpointError.unexpected(extra.sorted()) }
    (model, optimizer.memory, self.progress) = (restored, memory, progress)
  }
}

private func checkpoint(
  of model: some Module, _ memory: OptimizerMemory, _ progress: TrainingProgress
) -> Safetensors {
  var file = model.checkpoint(prefix: "model.")
  for (slot, tensors) in zip(memory.names, memory.slots) {
    for (parameter, tensor) in zip(model.parameters, tensors) {
      file["optimizer.\(slot).\(parameter.name)"] = tensor
    }
  }
  file.metadata = [
    "optimizer.step": "\(memory.step)", "training.epoch": "\(progress.epoch)",
    "training.batch": "\(progress.batch)", "training.step": "\(progress.step)",
    "training.example_count": "\(progress.exampleCount)",
    "training.loss_sum_bits": String(progress.lossSum.bitPattern, radix: 16),
  ]
  return file
}
