import Foundation
import Testing

@testable import Pages

@Suite struct StorageCheckerTests {
  private func macro(_ name: String, _ inside: String = "") -> String {
    "<ac:structured-macro ac:name=\"\(name)\">\(inside)</ac:structured-macro>"
  }

  @Test func aSoundBodyHasNoFaults() {
    let body =
      "<p>a <strong>b</strong> "
      + macro("status", "<ac:parameter ac:name=\"colour\">Red</ac:parameter>")
      + "</p>" + macro("info", "<ac:rich-text-body><p>x</p></ac:rich-text-body>")
      + "<p><ac:image ac:alt=\"y\"><ri:attachment ri:filename=\"y.png\"/></ac:image></p>"
    #expect(StorageChecker().faults(in: Data(body.utf8), attachments: ["y.png"]) == [])
  }

  @Test(
    arguments: [
      ("<p>a", nil), ("<p>a & b</p>", nil), ("<p>&nbsp;</p>", nil), ("<xx:p/>", nil),
      ("<script/>", .unknownElement("script", line: 1)),
      ("<p><h1>x</h1></p>", .misplaced("h1", parent: "p", line: 1)),
      ("<p><table><tbody/></table></p>", .misplaced("table", parent: "p", line: 1)),
      ("<ul>x</ul>", .textIn("ul", line: 1)),
      ("<ul><p/></ul>", .misplaced("p", parent: "ul", line: 1)),
      ("<p onclick=\"x\"/>", .unknownAttribute("onclick", element: "p", line: 1)),
      ("<p><a href=\"javascript:x\">y</a></p>", .badValue("javascript:x", of: "href", line: 1)),
      ("<p><!-- x --></p>", .foreign("a comment", parent: "p", line: 1)),
      ("<p><?x?></p>", .foreign("a processing instruction", parent: "p", line: 1)),
      (
        "<p><ac:image><ri:attachment ri:filename=\"no.png\"/></ac:image></p>",
        .missingAttachment("no.png", line: 1)
      ),
      (
        "<p><ac:link><ri:page ri:content-title=\"None\"/></ac:link></p>",
        .missingPage("None", line: 1)
      ),
      (
        "<p><ac:link><ri:page/></ac:link></p>",
        .missingAttribute("ri:content-title", element: "ri:page", line: 1)
      ),
    ] as [(String, StorageFault?)])
  func eachKindOfBadBodyIsRefused(body: String, fault: StorageFault?) {
    let faults = StorageChecker(titles: ["One"]).faults(in: Data(body.utf8), attachments: [])
    if let fault {
      #expect(faults.contains(fault), "\(faults)")
    } else {
      guard case .notWellFormed = faults.first else {
        Issue.record("\(body) passed as well-formed: \(faults)")
        return
      }
    }
  }

  @Test func macrosAreChecked() {
    let checker = StorageChecker()
    func faults(_ body: String) -> [StorageFault] {
      checker.faults(in: Data(body.utf8), attachments: [])
    }
    #expect(faults(macro("html")) == [.unknownMacro("html", line: 1)])
    #expect(
      faults(macro("toc", "<ac:parameter ac:name=\"no\">1</ac:parameter>"))
        == [.unknownParameter("no", macro: "toc", line: 1)])
    #expect(faults(macro("info")) == [.wrongBody(macro: "info", line: 1)])
    #expect(
      faults("<p>\(macro("toc"))</p>")
        == [.misplaced("ac:structured-macro", parent: "p", line: 1)])
    #expect(
      faults(macro("status", "<ac:parameter ac:name=\"colour\">Pink</ac:parameter>"))
        == [.badValue("Pink", of: "colour", line: 1)])
  }

  @Test func attachmentsAndTitlesAreChecked() {
    let checker = StorageChecker()
    #expect(checker.faults(in: Data(), attachments: ["a"]) == [.unusedAttachment("a")])
    #expect(
      checker.faults(in: Data(), attachments: ["a/b"]).contains(.badAttachmentName("a/b")))
    #expect(checker.faults(inTitles: ["Ab", "aB"]) == [.repeatedTitle("aB")])
    #expect(checker.faults(inTitles: [""]).count == 1)
    #expect(checker.faults(inTitles: [String(repeating: "x", count: 256)]).count == 1)
  }
}
