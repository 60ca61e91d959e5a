import Casework
import Foundation
import Records

// A program that writes runs, for tests that kill it, starve it, or start it many times at once.
//
//   RecordsProbe log HOME        logs for ever, and says each step once it is kept
//   RecordsProbe spool FOLDER    the same into a spool
//   RecordsProbe write HOME N    logs N points and finishes, says the longest wait in ms
//   RecordsProbe batch HOME N    logs N points in batches of 1,000, says the points a second
//   RecordsProbe chart HOME N    draws the first run's series N times as 1,000 pieces, says the median in ms
//   RecordsProbe fuzz HOME S     asks for runs by damaged queries for S seconds, says how many
//   RecordsProbe starve HOME     logs until no file may grow any more
//   RecordsProbe starve-spool FOLDER  the same into a spool
//   RecordsProbe fill HOME N     writes N runs of 10 settings and 20 metrics
//   RecordsProbe query HOME N C K  asks for the best 20 runs under condition C by key K N times, says the
//                                median of the processor time in ms

func nanoseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let provenance = Provenance(
  codeRevision: nil, isCodeDirty: false, binaryDigest: "", compiler: "", libraries: [:],
  cpuModel: "", instructionSet: "", threads: 1, operatingSystem: "", host: "", bootID: "",
  processID: 0)

/// Asks with sound queries that are cut, doubled, shuffled and changed; an error is an answer, a crash
/// is none.
func fuzz(_ store: RunStore, for time: Duration) throws -> Int {
  let seeds = [
    "metrics.m3 > 0.5 and params.p1 = 7 or not (seed in (1, 2, 3))",
    "best(m4) between 0.1 and 2e-3",
    "started > 7d and tags.kind like '%a_b%'", "at(m1, 3) is not null", "status != 'lost'",
    "note is null or name = 'it''s'", "data.digits = \"cafe\" and verified = true", "((((m0))))",
  ]
  let pieces = [
    "(", ")", "'", "\"", ",", " and ", " or ", " not ", " in ", "between", " is ", "null", "<=",
    "!=",
    "--", ";", "DROP TABLE run", "\u{0}", "\u{1F600}", "e\u{301}", "9e999", "-", "7d", ".", "best(",
    "metrics.", "params.`", "%", "\\", "\n", "x'41'", "?1", ":a",
  ]
  let end = ContinuousClock().now + time
  var (count, random) = (0, SystemRandomNumberGenerator())
  while ContinuousClock().now < end {
    var text = Array((seeds.randomElement(using: &random) ?? "").unicodeScalars)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let place = Int.random(in: 0...text.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: text.insert(contentsOf: (pieces.randomElement() ?? "").unicodeScalars, at: place)
      case 1: text.removeSubrange(place..<min(text.count, place + Int.random(in: 0...9)))
      case 2: text += (seeds.randomElement() ?? "").unicodeScalars
      case 3:
        text.insert(Unicode.Scalar(UInt32.random(in: 1..<0xd7ff, using: &random)) ?? "x", at: place)
      default:
        let piece = Array((pieces.randomElement() ?? "").unicodeScalars)
        let times = Int.random(in: 1...(count % 1000 == 0 ? 200_000 : 20), using: &random)
        text.insert(contentsOf: repeatElement(piece, count: times).joined(), at: place)
      }
    }
    var string = ""
    string.unicodeScalars.append(contentsOf: text)
    do { _ = try store.runs(where: string, limit: 3) } catch is RecordsError {}
    count += 1
  }
  return count
}

/// Lets go of the registry at its end, so that it is left as a run leaves it.
func probe(_ arguments: [String]) throws {
  guard arguments.count > 2, let slug = Slug(rawValue: "probe") else { exit(2) }
  let store =
    try arguments[1].hasSuffix("spool")
    ? RunStore(spooling: arguments[2]) : RunStore(home: arguments[2])
  let count = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
  if arguments[1] == "fill" {
    let names = (0..<20).map { "m\($0)" }
    for number in 0..<count {
      let settings = Dictionary(
        uniqueKeysWithValues: (0..<10).map {
          ("p\($0)", JSONValue.integer((number / ($0 + 1)) % 10))
        })
      let run = try store.begin(
        slug, seed: number, preset: "quick", settings: settings, metrics: names,
        provenance: provenance)
      for (index, name) in names.enumerated() {
        try run.log(name, Double((number * 7919 + index * 104_729) % 10_007) / 10_007)
      }
      try run.finish()
    }
    return
  }
  if arguments[1] == "query" {
    let store = try RunStore(readingHome: arguments[2])
    let times = try (0..<count).map { _ in
      let start = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
      let found = try store.runs(where: arguments[4], sort: [SortKey(arguments[5])], limit: 20)
      precondition(!found.isEmpty, "nothing was found")
      return nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - start
    }.sorted()
    say("\(times[count / 2] / 1e6)")
    return
  }
  if arguments[1] == "chart" {
    let run = try store.runs()[0]
    let times = try (0..<count).map { _ in
      try ContinuousClock().measure {
        let pieces = try store.chart(of: "loss", in: run)
        precondition((2...1000).contains(pieces.count), "\(pieces.count) pieces")
      }
    }.sorted()
    say("\(Double(times[count / 2].components.attoseconds) / 1e15)")
    return
  }
  if arguments[1] == "fuzz" {
    say("\(try fuzz(store, for: .seconds(count)))")
    return
  }
  let run = try store.begin(
    slug, seed: 1, preset: "quick", settings: [:], metrics: ["loss"], provenance: provenance)
  say(run.id)
  switch arguments[1] {
  case "log", "spool":
    try run.checkpoint(Data("weights".utf8))
    for step in 1... {
      try run.log("loss", 1 / Double(step), step: step)
      say("\(step)")
    }
  case "batch":
    let start = ContinuousClock().now
    for first in stride(from: 0, to: count, by: 1000) {
      let steps = Array(first..<min(first + 1000, count))
      try run.log("loss", steps.map { exp(-Double($0) / 1e5) }, steps: steps)
    }
    let seconds = (ContinuousClock().now - start) / .seconds(1)
    try run.finish()
    say("\(Double(count) / seconds)")
  case "write":
    let waits = try (1...count).map { step in
      try ContinuousClock().measure { try run.log("loss", Double(step), step: step) }
    }
    let end = try ContinuousClock().measure { try run.finish() }
    say("\(max(waits.max() ?? .zero, end) / .milliseconds(1))")
  default:
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 400_000, rlim_max: 400_000)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    for step in 1... {
      try run.log("loss", Double(step), step: step)
      say("\(step)")
    }
  }
}

do {
  try probe(CommandLine.arguments)
} catch {
  say("error: \(error)")
  exit(3)
}
