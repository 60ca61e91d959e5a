import ArgumentParser
import Casework
import Foundation

/// How a listing is printed.
enum Format: String, ExpressibleByArgument, CaseIterable {
  case table, json, csv, markdown, latex
}

/// The option that every listing takes.
struct OutputOptions: ParsableArguments {
  @Option(help: "How to print: table, json, csv, markdown or latex.")
  var format = Format.table

  /// Prints a listing on the standard output: the table, or what JSON has for it.
  func print(_ table: @autoclosure () -> Table, json: @autoclosure () throws -> JSONValue) throws {
    switch format {
    case .table:
      let terminal = Terminal.output
      terminal.write(
        table().text(width: terminal.width) { terminal.styled($0, .bold) })
    case .json: try Terminal.output.print(json().document)
    case .csv: Terminal.output.write(table().csv)
    case .markdown: Terminal.output.write(table().markdown)
    case .latex: Terminal.output.write(table().latex)
    }
  }
}

extension JSONValue {
  /// The value as an indented JSON document with sorted keys; numbers that JSON cannot hold (not a
  /// number, infinities) are `null`.
  var document: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// A number, or `null` if JSON cannot hold it.
  static func real(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

  /// A text, or `null`.
  static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

  /// A list of texts.
  static func texts(_ values: some Sequence<String>) -> JSONValue {
    .array(values.map(JSONValue.string))
  }
}
