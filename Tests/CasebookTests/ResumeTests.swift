import Foundation
import Testing

/// A run whose process is killed goes on from its checkpoint and ends as if nothing had happened.
@Suite struct ResumeTests {
  @Test(arguments: ["mnist-c-header", "denoising-autoencoder"])
  func killedRunGoesOnAndReproduces(slug: String) throws {
    let program = try Program()
    defer { program.remove() }
    #expect(try program.run("run", "--resume", "abc").code == 2)
    #expect(try program.run("run", slug, "--resume", "abc").code == 2)
    let (process, output, errors) = try program.start([
      "run", slug, "--preset", "quick", "--set", "epochs=150", "--offline", "--threads", "1",
    ])
    var id: String?
    for _ in 0..<600 where id == nil {
      let runs = try program.run("runs", "--where", "last_step >= 3", "--format", "json")
      id = (runs.json as? [[String: Any]])?.first?["id"] as? String
    }
    let run = try #require(id)
    kill(process.processIdentifier, SIGKILL)
    _ = output.fileHandleForReading.readDataToEndOfFile()
    _ = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lost = try program.run("runs", "--where", "status = 'lost'", "--format", "json")
    #expect((lost.json as? [[String: Any]])?.count == 1)

    let resumed = try program.run("run", "--resume", run, "--quiet")
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try program.run("run", "--resume", run).code == 2)
    let shown = try program.run("show-run", run, "--format", "json")
    let record = try #require(shown.json as? [String: Any])
    #expect(record["status"] as? String == "finished")
    #expect((record["attempts"] as? [[String: Any]])?.first?["status"] as? String == "lost")
    // An uninterrupted run gives the same bits.
    let again = try program.run("rerun", run, "--quiet", "--format", "json")
    let other = try #require((again.json as? [String: Any])?["id"] as? String, "\(again.output)")
    let whole = try program.run("show-run", other, "--format", "json").json as? [String: Any]
    #expect(whole?["result_sha256"] as? String == record["result_sha256"] as? String)
    #expect((record["result_sha256"] as? String)?.count == 64)
  }
}
