import Casework
import Foundation
import Testing

@testable import CommandCases

@Suite struct MessageTests {
  private func message(_ line: String) throws -> Message { try Message(line: Data(line.utf8)) }

  @Test func numbersAreReadToTheLastBit() throws {
    for value in [0.1 + 0.2, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 3] {
      let line = #"{"metric": "loss", "value": \#(value), "step": 7}"#
      guard case .metric("loss", let read, 7) = try message(line).content else {
        Issue.record("\(line) is no metric")
        continue
      }
      #expect(read.bitPattern == value.bitPattern, "\(value)")
    }
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity", #""NaN""#, #""Infinity""#, #""-Infinity""#])
  func numbersThatJSONLacksAreReadAsPythonWritesThem(text: String) throws {
    guard
      case .metric(_, let value, nil) =
        try message(#"{"metric": "loss", "value": \#(text)}"#).content
    else {
      Issue.record("no metric")
      return
    }
    let name = text.replacing("\"", with: "").lowercased()
    #expect("\(value)".prefix(3) == name.prefix(3))
  }

  @Test(arguments: [
    ("", "it is no JSON object"), ("[1]", "it is no JSON object"), ("7", "it is no JSON object"),
    (#"{"metric": "loss""#, "it is no JSON object"),
    ("{}", "it has none of the keys metric, param, progress"),
    (#"{"metrik": "loss", "value": 1}"#, "Did you mean 'metric'?"),
    (#"{"metric": "loss"}"#, "the key 'value' is missing"),
    (#"{"metric": "loss", "value": "high"}"#, "'value' is not a number"),
    (#"{"metric": "loss", "value": [1]}"#, "'value' is not a number"),
    (#"{"metric": "loss", "value": 1, "step": 1.5}"#, "'step'"),
    (#"{"metric": "loss", "vale": 1}"#, "has no key 'vale'. Did you mean 'value'?"),
    (#"{"progress": 1, "of": 0}"#, "progress counts from 0"),
    (#"{"figure": "A", "kind": "lines", "title": "", "caption": ""}"#, "a figure's name"),
    (#"{"figure": "a", "kind": "pie", "title": "", "caption": ""}"#, "there is no kind 'pie'"),
    (#"{"figure": "a", "kind": "lines", "title": "", "caption": ""}"#, "has 'series'"),
    (
      #"{"figure": "a", "kind": "lines", "title": "", "caption": "", "series": [{"name": "s", "x": [1], "y": []}]}"#,
      "'s' has not as many x, y"
    ),
    (
      #"{"figure": "a", "kind": "matrix", "title": "", "caption": "", "rows": ["r"], "columns": ["c"], "values": [[1, 2]]}"#,
      "1 lists of 1 numbers"
    ),
    (
      #"{"figure": "a", "kind": "images", "title": "", "caption": "", "width": 2, "height": 1, "tiles": [{"name": "t", "pixels": [0]}]}"#,
      "'t' needs 2 pixels"
    ),
    (
      #"{"figure": "a", "kind": "histogram", "title": "", "caption": "", "edges": [1, 0], "series": []}"#,
      "edges of a histogram ascend"
    ),
  ])
  func whatIsWrongIsSaid(line: String, problem: String) {
    let fault = #expect(throws: MessageFault.self) { try message(line) }
    #expect(fault?.problem.contains(problem) == true, "\(fault?.problem ?? "nothing")")
  }
}
