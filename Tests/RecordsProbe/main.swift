import Casework
import Foundation
import Records

// A program that writes runs, for tests that kill it, starve it, or start it many times at once.
//
//   RecordsProbe log HOME        logs for ever, and says each step once it is kept
//   RecordsProbe write HOME N    logs N points and finishes
//   RecordsProbe starve HOME     logs until no file may grow any more
//   RecordsProbe fill HOME N     writes N runs of 10 settings and 20 metrics
//   RecordsProbe query HOME N    asks for the best 20 runs under a condition N times, says the median in ms

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let provenance = Provenance(
  codeRevision: nil, isCodeDirty: false, binaryDigest: "", compiler: "", libraries: [:],
  cpuModel: "", instructionSet: "", threads: 1, operatingSystem: "", host: "", bootID: "",
  processID: 0)

do {
  let arguments = CommandLine.arguments
  guard arguments.count > 2, let slug = Slug(rawValue: "probe") else { exit(2) }
  let store = try RunStore(home: arguments[2])
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
    exit(0)
  }
  if arguments[1] == "query" {
    let clock = ContinuousClock()
    let times = try (0..<count).map { _ in
      try clock.measure {
        let found = try store.runs(
          where: "m3 > 0.5 and m4 < 0.1 and p1 = 7", sort: [SortKey("m3")], limit: 20)
        precondition(!found.isEmpty, "nothing was found")
      }
    }.sorted()
    say("\(Double(times[count / 2].components.attoseconds) / 1e15)")
    exit(0)
  }
  let run = try store.begin(
    slug, seed: 1, preset: "quick", settings: [:], metrics: ["loss"], provenance: provenance)
  say(run.id)
  switch arguments[1] {
  case "log":
    try run.checkpoint(Data("weights".utf8))
    for step in 1... {
      try run.log("loss", 1 / Double(step), step: step)
      say("\(step)")
    }
  case "write":
    for step in 1...count { try run.log("loss", Double(step), step: step) }
    try run.finish()
  default:
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 400_000, rlim_max: 400_000)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    for step in 1... {
      try run.log("loss", Double(step), step: step)
      say("\(step)")
    }
  }
} catch {
  say("error: \(error)")
  exit(3)
}
