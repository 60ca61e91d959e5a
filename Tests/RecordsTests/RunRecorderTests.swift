import Casework
import Digests
import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct RunRecorderTests {
  let home = TemporaryHome()

  @Test func runReadsBackAsItWasWritten() throws {
    let store = try RunStore(home: home.path)
    let settings: [String: JSONValue] = [
      "epochs": .integer(3), "rate": .number(3), "name": .string("a'b"), "shuffle": .bool(true),
      "layers": .array([.integer(4), .string("x")]), "nothing": .null, "big": .number(.infinity),
    ]
    let recorder = try store.beginSample(seed: -7, settings: settings)
    var run = try store.run(named: recorder.id)
    #expect(run.status == .running)
    #expect(run.id.count == 32)
    try recorder.log("loss", 0.5, step: 2)
    try recorder.log("loss", 0.25, step: 1)
    try recorder.log("auc", 0.75)
    try recorder.record(data: "more", fingerprint: "beef")
    try recorder.finish()
    run = try RunStore(readingHome: home.path).run(named: recorder.id)
    #expect(run.settings == settings)
    #expect(run.metrics == ["loss": 0.5, "auc": 0.75])
    #expect(run.status == .finished && run.seed == -7 && run.lastStep == 2 && run.slug == coin)
    var place = samplePlace
    place.host = ProcessIdentity.current.host
    place.bootID = ProcessIdentity.current.bootID
    place.processID = ProcessIdentity.current.processID
    place.data["more"] = "beef"
    #expect(run.provenance == place)
    #expect(!place.host.isEmpty && place.bootID.count == 36)
  }

  @Test func valuesAreKeptBitForBit() throws {
    let store = try RunStore(home: home.path)
    let values = [
      Double.nan, -Double.nan, Double(bitPattern: 0x7FF0_0000_0000_0001), .infinity, -.infinity,
      -0.0, .leastNonzeroMagnitude, 0.1,
    ]
    let recorder = try store.beginSample()
    for (step, value) in values.enumerated() { try recorder.log("loss", value, step: step) }
    try recorder.log("auc", values[2])
    try recorder.finish()
    let run = try store.run(named: recorder.id)
    let series = try store.series(of: run)
    #expect(series.map(\.metric) == ["loss"])
    #expect(series[0].points.map(\.value.bitPattern) == values.map(\.bitPattern))
    #expect(series[0].digest == MetricSeries.digest(of: series[0].points))
    let older = SHA256Digest(ofBitPatterns: values).hex
    #expect(older == MetricSeries.digest(of: series[0].points, like: older))
    #expect(run.metrics["auc"]?.bitPattern == values[2].bitPattern)
  }

  @Test func oneValueOfTheRunStandsBesideItsSeries() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.log("loss", 3, step: 1)
    try recorder.log("loss", 9)
    try recorder.log("loss", 2, step: 2)
    let run = try store.run(named: recorder.id)
    #expect(run.metrics["loss"] == 9)
    #expect(run.lastStep == 2)
    #expect(try store.series(of: run).first?.points.map(\.value) == [3, 2])
    #expect(
      recordsError { try recorder.log("loss", 9) } == .repeatedPoint(metric: "loss", step: nil))
    #expect(
      recordsError { try recorder.log("loss", 7, step: 1) }
        == .repeatedPoint(metric: "loss", step: 1))
    #expect(try store.series(of: run).first?.points.map(\.value) == [3, 2])
  }

  @Test func undeclaredMetricIsRefused() throws {
    let recorder = try RunStore(home: home.path).beginSample()
    #expect(
      throws: CaseworkError.undeclaredMetric("los", case: coin, known: ["auc", "loss"])
    ) { try recorder.log("los", 1) }
  }

  @Test func endedRunTakesNothingMore() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.fail(CaseworkError.notAnAssignment("x"))
    let ended = RecordsError.runHasEnded(id: recorder.id, status: "failed")
    #expect(recordsError { try recorder.log("loss", 1) } == ended)
    #expect(recordsError { try recorder.keep("a", Data(), mediaType: "text/plain") } == ended)
    #expect(recordsError { try recorder.checkpoint(Data()) } == ended)
    #expect(recordsError { try recorder.finish() } == ended)
    let run = try store.run(named: recorder.id)
    #expect(run.status == .failed)
    #expect(run.failure == CaseworkError.notAnAssignment("x").description)
  }

  @Test func checkpointThatWasBrokenOffBelongsToNoRun() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.checkpoint(Data("weights".utf8))
    let part = "\(home.path)/checkpoints/\(recorder.id).safetensors.123-1.part"
    try Data("wei".utf8).write(to: URL(filePath: part))
    let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -7200)]
    for path in [part, store.files.checkpointPath(of: recorder.id)] {
      try FileManager.default.setAttributes(old, ofItemAtPath: path)
    }
    let faults = try store.examine(isThorough: false, repair: true)
    #expect(faults.count == 1 && faults[0].isRepaired && faults[0].text.contains(part))
    #expect(try store.checkpoint(of: store.run(named: recorder.id)) == Data("weights".utf8))
  }

  @Test func checkpointIsReplacedAndKeptUnlessTheRunFinishes() throws {
    let store = try RunStore(home: home.path)
    for (index, end) in [RunRecorder.finish, RunRecorder.cancel].enumerated() {
      let recorder = try store.beginSample()
      try recorder.checkpoint(Data("one".utf8))
      try recorder.checkpoint(Data("two".utf8))
      #expect(try store.checkpoint(of: store.run(named: recorder.id)) == Data("two".utf8))
      try end(recorder)()
      let run = try store.run(named: recorder.id)
      #expect(try store.checkpoint(of: run) == (index == 0 ? nil : Data("two".utf8)))
      #expect(run.artifacts.map(\.role) == (index == 0 ? [] : [.checkpoint]))
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: home.path + "/checkpoints")
    #expect(left == [])
  }

  @Test func contentIsStoredOnceAndCheckedWhenRead() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    let content = Data("some text".utf8)
    try recorder.keep("a.txt", content, mediaType: "text/plain")
    try recorder.keep("b.txt", content, mediaType: "text/plain", role: .code)
    #expect(
      recordsError { try recorder.keep("a.txt", Data(), mediaType: "text/plain") }
        == .repeatedArtifact(name: "a.txt"))
    for name in ["", "../x", "a/b", ".hidden", "a\nb", String(repeating: "x", count: 201)] {
      #expect(
        recordsError { try recorder.keep(name, content, mediaType: "text/plain") }
          == .unusableName(name))
    }
    let run = try store.run(named: recorder.id)
    #expect(run.artifacts.map(\.name) == ["a.txt", "b.txt"])
    #expect(run.artifacts.map(\.role) == [.output, .code])
    let artifact = run.artifacts[0]
    #expect(try store.data(of: artifact) == content)
    let path = store.files.path(of: artifact.sha256)
    #expect(
      path == "\(home.path)/artifacts/\(artifact.sha256.prefix(2))/\(artifact.sha256.dropFirst(2))")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect((mode as? NSNumber)?.intValue == 0o444)
    try FileManager.default.removeItem(atPath: path)
    #expect(
      recordsError { _ = try store.data(of: artifact) }?.description.contains("cannot be read")
        == true)
    try Data("other text".utf8).write(to: URL(fileURLWithPath: path))
    #expect(
      recordsError { _ = try store.data(of: artifact) }?.description.contains("10 bytes") == true)
    try recorder.keep("c.txt", content, mediaType: "text/plain")
    #expect(try store.data(of: artifact) == content, "keeping it again mends it")
  }

  @Test func figuresComeBackEvenWithoutFiniteNumbers() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    let figure = Figure(
      name: "curve", title: "A curve", caption: "It rises.",
      content: .lines(
        .init(x: .init("x"), y: .init("y"), series: [.init("s", x: [0, 1], y: [1, .infinity])])))
    try recorder.keep(figure)
    let run = try store.run(named: recorder.id)
    #expect(run.artifacts.map(\.name) == ["curve.json"])
    #expect(run.artifacts[0].mediaType == "application/vnd.casebook.figure+json")
    #expect(try store.figures(of: run) == [figure])
    #expect(try store.figure("curve", of: run) == figure)
    #expect(
      recordsError { _ = try store.figure("cruve", of: run) }
        == .noSuchArtifact("cruve", run: run.id, known: ["curve"]))
  }

  @Test func changedSeriesIsNoticed() throws {
    let store = try RunStore(home: home.path)
    let recorder = try store.beginSample()
    try recorder.log("loss", 1, step: 1)
    try recorder.finish()
    try store.write { try $0.execute(sql: "UPDATE point SET bits = bits + 1") }
    let run = try store.run(named: recorder.id)
    #expect(
      recordsError { _ = try store.series(of: run) }
        == .damagedSeries(metric: "loss", run: run.id))
  }
}
