import Casework
import Digests
import Foundation
import GRDB

/// How a figure is stored as an artifact.
enum FigureCoding {
  static let mediaType = "application/vnd.casebook.figure+json"

  /// Returns the figure as JSON with sorted keys: equal figures give equal bytes.
  static func data(of figure: Figure) throws -> Data { try StoredSetting.sealedJSON(figure) }

  /// Reads what ``data(of:)`` wrote.
  static func figure(from data: Data) throws -> Figure {
    try StoredSetting.read(Figure.self, from: data)
  }
}

/// How a setting is stored: a value that SQLite compares, and the kind that it had.
enum StoredSetting {
  static func columns(of value: JSONValue) throws -> (kind: String, content: DatabaseValue) {
    switch value {
    case .null: ("null", .null)
    case .bool(let value): ("bool", (value ? 1 : 0).databaseValue)
    case .integer(let value): ("integer", value.databaseValue)
    case .number(let value): ("number", value.isNaN ? .null : value.databaseValue)
    case .string(let value): ("string", value.databaseValue)
    case .array, .object:
      ("json", String(decoding: try sortedJSON(value), as: UTF8.self).databaseValue)
    }
  }

  static func value(kind: String, content: DatabaseValue) throws -> JSONValue {
    switch kind {
    case "bool": return .bool(Int.fromDatabaseValue(content) == 1)
    case "integer": return .integer(Int.fromDatabaseValue(content) ?? 0)
    case "number": return .number(Double.fromDatabaseValue(content) ?? .nan)
    case "string": return .string(String.fromDatabaseValue(content) ?? "")
    case "json":
      let text = String.fromDatabaseValue(content) ?? "null"
      return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    default: return .null
    }
  }

  static func sortedJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  /// The same where a number may be infinite or none.
  static func sealedJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try encoder.encode(value)
  }

  /// Reads what ``sealedJSON(_:)`` wrote.
  static func read<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(type, from: data)
  }
}

extension Date {
  /// The time now to the digit that a record keeps of it, so that it is the same when read again.
  static var asKept: Date { Date(timeIntervalSince1970: Date().timeIntervalSince1970) }
}

extension [String: JSONValue] {
  /// Settings in an order of their own, with what kind of value each had.
  var asChoices: [StoredRun.Choice] {
    get throws {
      try sorted { $0.key < $1.key }.map { name, value in
        StoredRun.Choice(name: name, kind: try StoredSetting.columns(of: value).kind, value: value)
      }
    }
  }
}

extension Artifact {
  /// Why it names no file that a run may have kept, if it does not.
  var fault: String? {
    guard SHA256Digest(hex: sha256)?.hex == sha256, bytes >= 0 else {
      return "an artifact of it has no digest"
    }
    do { try RunRecorder.check(name: name, inFolders: true) } catch { return "\(error)" }
    return nil
  }
}

/// How provenance is stored: once for all runs that share it.
enum ProvenanceRow {
  /// Returns the key of the provenance but for what differs from process to process.
  static func key(of provenance: Provenance, _ database: Database) throws -> Int64? {
    var shared = provenance
    (shared.host, shared.bootID, shared.processID, shared.parent) = ("", "", 0, nil)
    let json = String(decoding: try StoredSetting.sortedJSON(shared), as: UTF8.self)
    try database.execute(
      sql: "INSERT INTO provenance (json) VALUES (?) ON CONFLICT DO NOTHING", arguments: [json])
    return try Int64.fetchOne(
      database, sql: "SELECT key FROM provenance WHERE json = ?", arguments: [json])
  }

  static func provenance(from json: String) throws -> Provenance {
    try JSONDecoder().decode(Provenance.self, from: Data(json.utf8))
  }
}
