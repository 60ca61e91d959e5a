import Casework
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct QueryTests {
  let home = TemporaryHome()
  let store: RunStore

  init() throws {
    store = try RunStore(home: home.path)
    let inferno = Slug(typeName: "Inferno")
    // Seeds 0 to 5; seed 3 has no metric and seed 4 a loss that is no number.
    for seed in 0..<6 {
      let recorder = try store.beginSample(
        seed < 3 ? inferno : coin, seed: seed,
        settings: [
          "epochs": .integer(seed * 10), "learning_rate": .number(seed < 2 ? 0.001 : 0.1),
          "mode": seed == 5 ? .integer(7) : .string("it's \"\(seed)\" 100%"),
          "with space": .bool(seed % 2 == 0), "seed": .integer(100 - seed),
        ],
        metrics: ["loss", "sigma_s", "val/auc", "learning_rate"],
        startedAt: Date(timeIntervalSince1970: 1_790_000_000 + Double(seed) * 86400))
      if seed != 3 {
        try recorder.log("loss", seed == 4 ? .nan : Double(seed) / 10, step: 1)
        try recorder.log("sigma_s", 20 - Double(seed))
        try recorder.log("learning_rate", 5)
        if seed == 0 { try recorder.log("val/auc", 0.9) }
      }
      if seed == 1 { try recorder.fail(CaseworkError.notAnAssignment("x")) }
      if seed == 2 { try recorder.finish() }
    }
  }

  private func seeds(_ filter: String?, sort: [String] = [], limit: Int? = nil) throws -> [Int] {
    try store.runs(where: filter, sort: sort.map { try SortKey($0) }, limit: limit).map(\.seed)
  }

  @Test func listsHaveTheMetricsTheyShow() throws {
    var asked: Set<Slug> = []
    let whole = try store.runs(where: "case = 'inferno'")
    let listed = try store.list(where: "case = 'inferno'") {
      asked = $0
      return Dictionary(uniqueKeysWithValues: $0.map { ($0, ["no such", "val/auc", "loss"]) })
    }
    #expect(asked == Set(whole.map(\.slug)))
    for (run, listed) in zip(whole, listed) {
      #expect(listed.id == run.id && listed.status == run.status && listed.failure == run.failure)
      let first = ["val/auc", "loss"].first { run.metrics[$0] != nil }
      #expect(listed.metrics.keys.first == first && listed.metrics.count <= 1)
      #expect(first.flatMap { listed.metrics[$0] } == first.flatMap { run.metrics[$0] })
      #expect(listed.lastStep == (run.status == .finished ? nil : run.lastStep))
      #expect(listed.settings.isEmpty && listed.artifacts.isEmpty)
    }
    #expect(listed.count == whole.count && listed.contains { $0.lastStep == 1 })
  }

  @Test(arguments: [
    ("case = 'inferno' and sigma_s < 19.5", [2, 1]),
    ("case = \"inferno\" AND NOT sigma_s < 19.5", [0]),
    ("case == 'inferno' or seed >= 5", [5, 2, 1, 0]),
    ("seed = 0 or seed = 1 and seed = 2", [0]),
    ("(seed = 0 or seed = 1) and seed = 1", [1]),
    ("not not seed = 3", [3]),
    ("not (seed > 1 and seed < 5)", [5, 1, 0]),
    ("seed in (1, 2, +4, -1)", [4, 2, 1]),
    ("seed not in (1, 2)", [5, 4, 3, 0]),
    ("case like 'INF%'", [2, 1, 0]),
    ("case not like '%fer__'", [5, 4, 3]),
    ("mode like '%100\\%'", [4, 3, 2, 1, 0]),
    ("mode = 'it''s \"2\" 100%'", [2]),
    ("mode = \"it's \"\"2\"\" 100%\"", [2]),
    ("mode = 7", [5]),
    ("seed between 1 and 3", [3, 2, 1]),
    ("seed not between 1 and 3", [5, 4, 0]),
    ("seed between 1 and 3 and case = 'inferno'", [2, 1]),
    ("last(loss) > 0.1", [5, 2]),
    ("min(loss) >= 0.2", [5, 2]),
    ("max(metrics.loss) = 0.5", [5]),
    ("mean(sigma_s) < 18.5", [5, 4, 2]),
    ("at(loss, 1) = 0.2", [2]),
    ("at(loss, 2) is not null", []),
    ("started > 1m", []),
    ("verified = false and seed = 2", [2]),
    ("deleted = true", []),
    ("run.deleted = true", []),
    ("name is null and seed = 1", [1]),
    ("tags.paper is null and seed = 1", [1]),
    ("data.digits = 'cafe' and seed = 1", [1]),
    ("mode != 7", [4, 3, 2, 1, 0]),
    ("mode > 6", [5]),
    ("not mode > 'a'", []),
    ("mode in (7, 'x')", [5]),
    ("loss is null", [4, 3]),
    ("loss is not null", [5, 2, 1, 0]),
    ("loss != 0.2", [5, 1, 0]),
    ("not loss = 0.2", [5, 1, 0]),
    ("loss < 1e-1", [0]),
    ("loss >= .2 and loss<=2.E-1", [2]),
    ("params.learning_rate = 1E-3", [1, 0]),
    ("metrics.learning_rate = 5", [5, 4, 2, 1, 0]),
    ("settings.seed = 98", [2]),
    ("run.seed = 2", [2]),
    ("`with space` = true and epochs > 0", [4, 2]),
    ("\"with space\" = false", [5, 3, 1]),
    ("settings.`with space` = 1", [4, 2, 0]),
    ("val/auc > 0.5", [0]),
    ("metrics.`val/auc` > 0.5", [0]),
    ("threads = 2 and provenance.cpu_model = 'Test CPU' and seed = 1", [1]),
    ("provenance.libraries.onednn like '2.%' and seed = 1", [1]),
    ("provenance.libraries.absent is null and seed = 1", [1]),
    ("provenance.data.digits = 'cafe' and provenance.is_code_dirty = true and seed < 1", [0]),
    ("provenance.code_revision = '0123abcd' and provenance.parent = 'aa' and seed = 0", [0]),
    ("status = 'failed'", [1]),
    ("status in ('failed', 'finished')", [2, 1]),
    ("failure like '%name=value%'", [1]),
    ("verdict is null and seed < 1", [0]),
    ("started_at >= '2026-09-24'", [5, 4, 3]),
    ("started_at < '2026-09-22T14:13:20Z'", [0]),
    ("started >= 2026-09-24 and started<2026-09-25T14:13:20Z", [3]),
    ("started between 2026-09-24 and 2026-09-26", [4, 3]),
    ("started_at <= '2026-09-22T14:13:20.000+00:00'", [1, 0]),
    ("last_step = 1 and loss is null", [4]),
    ("duration_s < 1e9 and seed=0", [0]),
    ("mode = ''' OR 1=1 --'", []),
    ("mode = '\"; DROP TABLE run; --'", []),
    ("case='inferno'and(seed=1)", [1]),
  ])
  func filterSelects(filter: String, expected: [Int]) throws {
    #expect(try seeds(filter) == expected, "\(filter)")
  }

  @Test(arguments: [
    ("", 1, "Expected a name"),
    ("seed", 5, "found the end"),
    ("seed =", 7, "Expected a number, a text in quotes"),
    ("seed = inferno", 8, "a text stands in quotes: 'inferno'"),
    ("seed = null", 8, "'is null' asks"),
    ("seed = '3'", 8, "'seed' is a number"),
    ("case = 3", 8, "'case' is a text"),
    ("sigma < 3", 1, "Did you mean 'sigma_s'"),
    ("cse = 'x'", 1, "Did you mean 'case'"),
    ("metrics.epochs = 3", 1, "no metric of any run here"),
    ("settings.loss = 3", 1, "no setting of any run here"),
    ("provenance.cpu = 'x'", 1, "Did you mean 'cpu_model'"),
    ("provenance.libraries.`a\"b` = 'x'", 1, "no fact of provenance"),
    ("loss = 'low'", 8, "'loss' is a number"),
    ("loss like '1%'", 1, "is a number and cannot be compared with 'like'"),
    ("mode like 3", 11, "Expected a text in quotes"),
    ("status = 'finnished'", 10, "Did you mean 'finished'"),
    ("started_at > 'soon'", 14, "is no time"),
    ("started_at > '2026-02-30'", 14, "'2026-02-30' is no time"),
    ("started_at > 2026-02-29T10:00:00Z", 14, "is no time"),
    (
      "seed = 1 or \(String(repeating: "a", count: 20_000)) = 1", 13,
      "\(String(repeating: "a", count: 80))…' is no field, setting or metric"
    ),
    ("seed = 1 seed = 2", 10, "Expected 'and', 'or' or the end"),
    ("(seed = 1", 10, "')'"),
    ("seed = 1)", 9, "Expected 'and', 'or' or the end"),
    ("seed in 1", 9, "'(' and a list"),
    ("seed in ()", 10, "Expected a number"),
    ("seed in (1 2)", 12, "',' or ')'"),
    ("seed is 3", 9, "'null'"),
    ("seed not = 3", 10, "'in', 'like' or 'between'"),
    ("3 < seed", 1, "Expected a name"),
    ("'with space' = 1", 1, "backticks: `with space`"),
    ("seed = 'open", 8, "never ends"),
    ("seed = 3abc", 8, "'3abc' is no number"),
    ("seed = 1e999", 8, "no number that can be stored"),
    ("seed = 1; DROP TABLE run", 9, "no ';' outside quotes"),
    ("seed = 1 -- x", 10, "Expected 'and', 'or' or the end"),
    ("seed = 1 UNION SELECT 1", 10, "Expected 'and', 'or' or the end"),
    ("seed = 1 or learning_rate = 0.1", 13, "params.learning_rate or metrics.learning_rate"),
    ("`run.key` = 1", 1, "no field, setting or metric"),
    ("seed = ?", 8, "no '?' outside quotes"),
    ("and = 1", 1, "a name (one that is a keyword stands in backticks)"),
    ("seed = 1 and", 13, "Expected a name"),
    ("not", 4, "Expected a name"),
    (String(repeating: "(", count: 5000), 11, "More than 9 brackets"),
  ])
  func filterIsRefused(filter: String, column: Int, words: String) throws {
    guard case .query(_, let place, let problem)? = recordsError({ _ = try seeds(filter) })
    else {
      Issue.record("\(filter) was taken")
      return
    }
    #expect(place == column, "\(filter): \(problem)")
    #expect(problem.contains(words), "\(problem)")
    #expect(try store.count() == 6)
  }

  @Test func onlyTheFieldBringsDeletedRunsBack() throws {
    try store.delete(try store.runs(where: "seed = 2"))
    for name in ["deleted", "run.deleted"] {
      #expect(try seeds("\(name) = true") == [2])
      #expect(try seeds("\(name) is not null") == [5, 4, 3, 2, 1, 0])
    }
    #expect(try seeds("tags.deleted is null") == [5, 4, 3, 1, 0])
    #expect(try seeds("data.deleted is null and seed > 0") == [5, 4, 3, 1])
  }

  @Test func greatestFiltersAreTaken() throws {
    let chain = (0..<QueryParser.greatestSize).map { "`with space` = \($0 + 2)" }
    #expect(try seeds(chain.joined(separator: " or ")) == [])
    #expect(recordsError { _ = try seeds((chain + chain).joined(separator: " and ")) } != nil)
    var nested = "mode in ('x', 'y') or not mode < 'a' and seed = 1"
    for level in 0..<(QueryParser.greatestDepth - 1) {
      nested = "not (seed = 99 or seed < 50 and \(level > 0 ? nested : "(\(nested))"))"
    }
    #expect(try seeds(nested) == [1])
    #expect(recordsError { _ = try seeds("(((\(nested))))") } != nil)
    func bracketed(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "seed = 1" + String(repeating: ")", count: depth)
    }
    #expect(try seeds(bracketed(9)) == [1])
    #expect(
      recordsError { _ = try seeds(bracketed(10)) }?.description.contains("More than 9") == true)
    let list = (0..<QueryParser.longestList).map(String.init).joined(separator: ",")
    #expect(try seeds("seed in (\(list))") == [5, 4, 3, 2, 1, 0])
  }

  @Test(arguments: [
    (["seed"], [0, 1, 2, 3, 4, 5]), (["-seed"], [5, 4, 3, 2, 1, 0]),
    (["loss"], [0, 1, 2, 5, 4, 3]), (["-loss"], [5, 2, 1, 0, 4, 3]),
    (["loss DESC"], [5, 2, 1, 0, 4, 3]), (["metrics.loss asc"], [0, 1, 2, 5, 4, 3]),
    (["case", "-epochs"], [5, 4, 3, 2, 1, 0]), (["-case", "seed"], [0, 1, 2, 3, 4, 5]),
    (["-settings.`with space`"], [4, 2, 0, 5, 3, 1]), ([], [5, 4, 3, 2, 1, 0]),
  ])
  func keysSort(keys: [String], expected: [Int]) throws {
    #expect(try seeds(nil, sort: keys) == expected)
    #expect(try seeds(nil, sort: keys, limit: 2) == Array(expected.prefix(2)))
    #expect(try seeds(nil, sort: keys, limit: 0) == [])
  }

  @Test(arguments: [
    ("los", "Did you mean 'loss'"), ("-seed desc", "twice"),
    ("seed up", "'asc', 'desc' or the end"),
    ("", "Expected a name"), ("loss; DROP TABLE run", "no ';'"), ("--seed", "Expected a name"),
  ])
  func keyIsRefused(key: String, words: String) throws {
    #expect(recordsError { _ = try seeds(nil, sort: [key]) }?.description.contains(words) == true)
  }

  @Test func errorShowsThePlace() {
    let error = recordsError { _ = try seeds("seed = 1 or sigma < 3") }
    #expect(
      error?.description == """
        'sigma' is no field, setting or metric of any run here. Did you mean 'sigma_s'?
          seed = 1 or sigma < 3
                      ^ column 13
        """)
  }

  @Test(arguments: ["(", "not ", "seed = 1 or ", "'", "best(", "`", "1,", "\u{1F600}", "\n", "-- "])
  func megabyteIsAnsweredInThreeLines(piece: String) {
    let text = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
    let error = recordsError { _ = try seeds(text) }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 3 && lines.allSatisfy { $0.count < 520 }, "\(lines.count)")
    #expect(lines[1...].allSatisfy { $0.count < 90 })
  }

  @Test func errorInALongQueryShowsThePlace() {
    let many = String(repeating: "seed = 1 or ", count: 20)
    let error = recordsError { _ = try seeds(many + "sigma < 3 or " + many + "seed = 2") }
    let lines = error?.description.split(separator: "\n").map(Array.init) ?? []
    let caret = lines[2].firstIndex(of: "^")
    #expect(caret.map { String(lines[1][$0...].prefix(5)) } == "sigma")
    #expect(String(lines[2]).contains("column 241"))
  }
}
