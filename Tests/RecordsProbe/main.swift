import Casework
import Foundation
import Records

// A program that writes runs, for tests that kill it, starve it, or start it many times at once.
//
//   RecordsProbe log HOME        logs for ever, and says each step once it is kept
//   RecordsProbe write HOME N    logs N points and finishes
//   RecordsProbe starve HOME     logs until no file may grow any more

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let provenance = Provenance(
  codeRevision: nil, isCodeDirty: false, binaryDigest: "", compiler: "", libraries: [:],
  cpuModel: "", instructionSet: "", threads: 1, operatingSystem: "", host: "", bootID: "",
  processID: 0)

do {
  let arguments = CommandLine.arguments
  guard arguments.count > 2, let slug = Slug(rawValue: "probe") else { exit(2) }
  let store = try RunStore(home: arguments[2])
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
    for step in 1...(Int(arguments[3]) ?? 1) { try run.log("loss", Double(step), step: step) }
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
