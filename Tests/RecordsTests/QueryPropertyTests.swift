import Casework
import Foundation
import Randomness
import Testing

@testable import Records

/// Random filters over random runs select what a plain evaluation of the same filters selects.
@Suite struct QueryPropertyTests {
  /// A condition and its truth of a run: `nil` where a value is missing, as in SQL.
  private struct Filter {
    let text: String
    let truth: (Casework.Run) -> Bool?
  }

  private static let words = ["a", "b%", "it's", "B", ""]

  private static func name(_ random: inout RandomStream) -> (String, (Casework.Run) -> JSONValue?) {
    func metric(_ name: String) -> (Casework.Run) -> JSONValue? {
      { run in run.metrics[name].flatMap { $0.isNaN ? nil : .number($0) } }
    }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return ("epochs", { $0.settings["epochs"] })
    case 1: return ("mode", { $0.settings["mode"] })
    case 2: return ("`loss`", metric("loss"))
    case 3: return ("metrics.auc", metric("auc"))
    default: return ("SEED".lowercased(), { .integer($0.seed) })
    }
  }

  private static func literal(_ random: inout RandomStream, isText: Bool) -> (String, JSONValue) {
    if isText {
      let word = words.randomElement(using: &random) ?? ""
      return ("'\(word.replacing("'", with: "''"))'", .string(word))
    }
    let value = Double(Int.random(in: -1...4, using: &random)) / 2
    return ("\(value)", .number(value))
  }

  /// Text is unequal to numbers and has no order with them.
  private static func compare(_ a: JSONValue?, _ sign: String, _ b: JSONValue) -> Bool? {
    guard let a else { return nil }
    if let x = a.asDouble, let y = b.asDouble {
      switch sign {
      case "=": return x == y
      case "!=": return x != y
      case "<": return x < y
      case "<=": return x <= y
      case ">": return x > y
      default: return x >= y
      }
    }
    if case .string(let x) = a, case .string(let y) = b {
      let (x, y) = (Array(x.utf8), Array(y.utf8))
      switch sign {
      case "=": return x == y
      case "!=": return x != y
      case "<": return x.lexicographicallyPrecedes(y)
      case "<=": return !y.lexicographicallyPrecedes(x)
      case ">": return y.lexicographicallyPrecedes(x)
      default: return !x.lexicographicallyPrecedes(y)
      }
    }
    return sign == "=" ? false : sign == "!=" ? true : nil
  }

  private static func or(_ a: Bool?, _ b: Bool?) -> Bool? {
    if a == true || b == true { return true }
    return a == nil || b == nil ? nil : false
  }

  private static func filter(_ random: inout RandomStream, depth: Int) -> Filter {
    let kind = Int.random(in: depth > 3 ? 3..<6 : 0..<6, using: &random)
    switch kind {
    case 0, 1:
      let (a, b) = (filter(&random, depth: depth + 1), filter(&random, depth: depth + 1))
      return kind == 0
        ? Filter(text: "(\(a.text) OR \(b.text))", truth: { or(a.truth($0), b.truth($0)) })
        : Filter(
          text: "(\(a.text) and \(b.text))",
          truth: { or(a.truth($0).map(!), b.truth($0).map(!)).map(!) })
    case 2:
      let inner = filter(&random, depth: depth + 1)
      return Filter(text: "not (\(inner.text))", truth: { inner.truth($0).map(!) })
    case 3:
      let (name, value) = name(&random)
      return Filter(text: "\(name) is null", truth: { value($0) == nil })
    default:
      let (name, value) = name(&random)
      let isText = name == "mode" && Bool.random(using: &random)
      if kind == 4 {
        let list = (0..<3).map { _ in Self.literal(&random, isText: isText) }
        let text = list.map(\.0).joined(separator: ", ")
        return Filter(
          text: "\(name) in (\(text))",
          truth: { run in
            list.reduce(false as Bool?) { or($0, compare(value(run), "=", $1.1)) }
          })
      }
      let sign = ["=", "!=", "<", "<=", ">", ">="].randomElement(using: &random) ?? "="
      let (text, literal) = Self.literal(&random, isText: isText)
      return Filter(text: "\(name) \(sign) \(text)", truth: { compare(value($0), sign, literal) })
    }
  }

  /// By a metric, those without it last, in the order in which they stand where it is equal.
  private static func sorted(
    _ runs: [Casework.Run], _ metric: String, _ isDescending: Bool
  ) -> [Casework.Run] {
    func key(_ run: Casework.Run) -> Double? {
      run.metrics[metric].flatMap { $0.isNaN ? nil : isDescending ? -$0 : $0 }
    }
    return runs.enumerated().sorted { a, b in
      (key(a.element) ?? .infinity, a.offset) < (key(b.element) ?? .infinity, b.offset)
    }.map(\.element)
  }

  @Test func filtersAgreeWithPlainEvaluation() throws {
    let home = TemporaryHome()
    let store = try RunStore(home: home.path)
    var random = RandomStream(seed: 1).split("runs")
    for _ in 0..<60 {
      var settings: [String: JSONValue] = [:]
      if Bool.random(using: &random) { settings["epochs"] = Self.literal(&random, isText: false).1 }
      if Bool.random(using: &random) {
        settings["mode"] = Self.literal(&random, isText: Bool.random(using: &random)).1
      }
      let recorder = try store.beginSample(
        seed: Int.random(in: -1...2, using: &random), settings: settings)
      for metric in ["loss", "auc"] where Int.random(in: 0..<3, using: &random) > 0 {
        let value = Double(Int.random(in: -1...4, using: &random)) / 2
        try recorder.log(metric, value == 2 ? .nan : value)
      }
    }
    _ = try store.beginSample(settings: ["epochs": .integer(1), "mode": .string("a")])
    let runs = try store.runs()
    var selected = 0
    for _ in 0..<300 {
      let filter = Self.filter(&random, depth: 0)
      let expected = runs.filter { filter.truth($0) == true }.map(\.id)
      selected += expected.isEmpty || expected.count == runs.count ? 0 : 1
      #expect(try store.runs(where: filter.text).map(\.id) == expected, "\(filter.text)")
      // The best few, by whichever way they are found: what sorting all of them gives.
      let (metric, isDescending) = (Bool.random(using: &random) ? "loss" : "auc", selected % 2 == 0)
      let limit = [1, 4, 100].randomElement(using: &random) ?? 1
      let best = try store.runs(
        where: filter.text, sort: [SortKey((isDescending ? "-" : "") + metric)], limit: limit)
      let sorted = Self.sorted(runs.filter { filter.truth($0) == true }, metric, isDescending)
      #expect(
        best.map(\.id) == sorted.prefix(limit).map(\.id), "\(filter.text) by \(metric), \(limit)")
    }
    #expect(selected > 150, "most filters part the runs: \(selected)")
  }
}
