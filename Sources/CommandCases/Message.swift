import Casework
import Foundation

/// One line of a command's report: a JSON object, whose first key of ``Kind`` says what it is.
struct Message: Equatable {
  enum Content: Equatable {
    case metric(String, value: Double, step: Int?)
    case param(String, value: String)
    case progress(RunProgress)
    case note(String)
    /// A file in the command's folder.
    case artifact(String, mediaType: String)
    case checkpoint(String)
    case figure(Figure)
  }

  /// What a line can be, by the key that tells, with the others that it may have.
  private static let forms: [(key: String, others: Set<String>)] = [
    ("metric", ["value", "step"]), ("param", ["value"]), ("progress", ["of", "unit", "note"]),
    ("artifact", ["media_type"]), ("checkpoint", []),
    ("figure", ReportedFigure.keys), ("note", []),
  ]

  let content: Content

  /// Reads a line.
  ///
  /// - Throws: ``MessageFault`` with what is wrong.
  init(line: Data) throws {
    let decoder = JSONDecoder()
    // Python writes NaN and Infinity as they are, which JSON does not know and JSON5 does.
    decoder.allowsJSON5 = true
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      content = try decoder.decode(DecodedMessage.self, from: line).content
    } catch let error as DecodingError {
      throw MessageFault(error)
    }
  }

  private struct DecodedMessage: Decodable {
    let content: Content

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: NamedKey.self)
      let names = Set(fields.allKeys.map(\.stringValue))
      guard let form = Message.forms.first(where: { names.contains($0.key) }) else {
        let known = Message.forms.map(\.key)
        let hint = names.sorted().map { suggestion(for: $0, among: known) }.first { !$0.isEmpty }
        throw MessageFault(
          "it has none of the keys \(known.joined(separator: ", ")).\(hint ?? "")")
      }
      let permitted = form.others.union([form.key])
      if let unknown = names.subtracting(permitted).min() {
        throw MessageFault(
          "a line with '\(form.key)' has no key '\(unknown)'."
            + "\(suggestion(for: unknown, among: permitted)) "
            + "It has: \(permitted.sorted().joined(separator: ", ")).")
      }
      content = try Self.content(form.key, fields, decoder)
    }

    private static func content(
      _ key: String, _ fields: KeyedDecodingContainer<NamedKey>, _ decoder: any Decoder
    ) throws -> Content {
      func text(_ key: NamedKey) throws -> String { try fields.decode(String.self, forKey: key) }
      func text(_ key: NamedKey, or standard: String) throws -> String {
        try fields.decodeIfPresent(String.self, forKey: key) ?? standard
      }
      /// Whole numbers may be written as `5.0`.
      func integer(_ key: NamedKey) throws -> Int {
        guard let number = Int(exactly: try fields.decode(Double.self, forKey: key)) else {
          throw MessageFault("'\(key.stringValue)' is not an integer.")
        }
        return number
      }
      switch key {
      case "metric":
        return .metric(
          try text("metric"), value: try fields.decode(Double.self, forKey: "value"),
          step: fields.contains("step") ? try integer("step") : nil)
      case "param":
        let value = try fields.decode(JSONValue.self, forKey: "value")
        return .param(try text("param"), value: value.description)
      case "progress":
        let (done, total) = (try integer("progress"), try integer("of"))
        guard done >= 0, total >= 1 else {
          throw MessageFault("progress counts from 0, of something from 1.")
        }
        return .progress(
          RunProgress(
            done: done, total: total, unit: try text("unit", or: "steps"),
            note: try text("note", or: "")))
      case "artifact":
        return .artifact(
          try text("artifact"), mediaType: try text("media_type", or: "application/octet-stream"))
      case "checkpoint": return .checkpoint(try text("checkpoint"))
      case "figure": return .figure(try ReportedFigure(from: decoder).figure())
      default: return .note(try text("note"))
      }
    }
  }
}

/// What is wrong with a line.
struct MessageFault: Error, Equatable {
  let problem: String

  init(_ problem: String) { self.problem = problem }

  init(_ error: DecodingError) {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      problem = "the key '\(place(context.codingPath + [key]))' is missing."
    case .typeMismatch(let type, let context) where context.codingPath.isEmpty:
      problem =
        type == [String: Any].self || "\(type)".contains("Dictionary")
        ? "it is no JSON object." : "it is not of the form expected."
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      problem = "'\(place(context.codingPath))' is not \(Self.words(for: type))."
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      problem = "'\(place(context.codingPath))' cannot be read."
    default: problem = "it is no JSON object."
    }
  }

  private static func words(for type: Any.Type) -> String {
    switch "\(type)" {
    case "Int": "an integer"
    case "Double": "a number"
    case "String": "a text"
    case "Bool": "true or false"
    case let name where name.hasPrefix("Array"): "a list"
    default: "an object"
    }
  }
}

/// A key by its name.
struct NamedKey: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init(stringLiteral value: String) { stringValue = value }
  init?(intValue: Int) { nil }
}
