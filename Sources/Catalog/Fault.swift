/// Something in a file of the catalogue that has to be put right.
public struct Fault: Error, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The file, below the folder as it was given: `Catalog/mnist-c-header.md`.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong, and what is permitted there.
  public let message: String

  /// Creates a fault.
  public init(file: String, line: Int, message: String) {
    (self.file, self.line, self.message) = (file, line, message)
  }

  /// The fault as compilers print one: `file:line: message`.
  public var description: String { "\(file):\(line): \(message)" }

  public static func < (a: Fault, b: Fault) -> Bool {
    (a.file, a.line, a.message) < (b.file, b.line, b.message)
  }
}

/// The faults of one file, while it is read.
final class FaultList {
  let file: String
  private(set) var faults: [Fault] = []

  init(file: String) { self.file = file }

  /// Notes a fault and goes on.
  func add(_ line: Int, _ message: String) {
    faults.append(Fault(file: file, line: line, message: message))
  }
}
