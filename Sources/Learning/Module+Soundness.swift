import Tensors
import func Kernels.require

extension Module {
  /// The properties, of this module and of those inside, that hold tensors but are no parts.
  ///
  /// A forgotten part would silently never be trained nor saved. Trainers refuse such a module.
  var unlistedProperties: [String] {
    let listed = Set(Self.parts.map(\.name))
    let own = Mirror(reflecting: self).children.compactMap { child -> String? in
      guard let name = child.label, !listed.contains(name), Self.holdTensors(child.value) else {
        return nil
      }
      return name
    }
    return own
      + children.flatMap { child in
        child.module.unlistedProperties.map { "\(child.name).\($0)" }
      }
  }

  /// The names that several parts share.
  private var repeatedNames: [String] {
    Dictionary(grouping: Self.parts.map(\.name), by: { $0 }).filter { $0.value.count > 1 }
      .keys.sorted() + children.flatMap { $0.module.repeatedNames }
  }

  /// Stops the program if the module forgets a part of itself.
  func checkParts() {
    require(
      unlistedProperties.isEmpty,
      """
      \(Self.self).parts leaves out \(unlistedProperties.joined(separator: ", ")): list each under \
      its own name, as .tensor if training changes it and as .constant if not
      """)
    require(
      repeatedNames.isEmpty,
      "\(Self.self).parts has several of the name \(repeatedNames.joined(separator: ", "))")
  }

  /// Whether a value is or holds a tensor or a module, as an optional, an array or a struct may.
  private static func holdTensors(_ value: Any, depth: Int = 0) -> Bool {
    if value is Tensor || value is any Module { return true }
    // Storage and large arrays of numbers are leaves: only shallow wrappers are opened.
    guard depth < 4, !(value is [Scalar]), !(value is [Int]), !(value is String) else {
      return false
    }
    return Mirror(reflecting: value).children.contains { holdTensors($0.value, depth: depth + 1) }
  }
}
