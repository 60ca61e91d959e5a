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
  /// A setting of the training that is another.
  case setting(name: String, saved: String, present: String)

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
    case .setting(let name, let saved, let present):
      """
      The checkpoint is of a training with \(name) \(saved), this one has \(present). Use the same \
      settings, or restore the model alone and start anew.
      """
    }
  }
}

extension Module {
  /// All tensors, trained or not, by dotted names.
  var named: [(name: String, tensor: Tensor)] {
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

  /// Returns a number of which the text holds the bits.
  func number(_ key: String) throws -> Double {
    guard let bits = metadata[key].flatMap({ UInt64($0, radix: 16) }) else {
      throw CheckpointError.metadata(key)
    }
    return Double(bitPattern: bits)
  }

  mutating func set(_ key: String, _ value: Int) { metadata[key] = "\(value)" }

  /// Adds a number as a text that holds its bits.
  mutating func set(_ key: String, _ value: Double) {
    metadata[key] = String(value.bitPattern, radix: 16)
  }

  /// Adds one tensor for each name, or nothing where there are no tensors.
  mutating func set(_ prefix: String, _ names: [String], _ tensors: [Tensor]) {
    for (name, tensor) in zip(names, tensors) { self[prefix + name] = tensor }
  }

  /// Returns the tensors that ``set(_:_:_:)`` added.
  func tensors(_ prefix: String, _ models: [(name: String, tensor: Tensor)]) throws -> [Tensor] {
    guard entries.keys.contains(where: { $0.hasPrefix(prefix) }) else { return [] }
    return try models.map { try tensor(prefix + $0.name, of: $0.tensor.shape) }
  }
}
