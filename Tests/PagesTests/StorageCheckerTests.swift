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

  private func rules(_ body: String, _ flavour: StorageFlavour = .dataCenter) -> [String] {
    StorageChecker(flavour: flavour).faults(in: Data(body.utf8), attachments: []).map(\.rule)
  }

  private func table(_ rows: String) -> String { "<table><tbody>\(rows)</tbody></table>" }

  @Test(
    arguments: [
      "<table><thead><tr><td>a</td></tr></thead></table>", "<table><tbody></tbody></table>",
      "<table><tbody><tr></tr></tbody></table>",
      "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>",
      "<table><colgroup><col/></colgroup><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
      "<table><tbody><tr><td rowspan=\"2\">a</td><td>b</td></tr></tbody></table>",
      "<table><tbody><tr><td>a</td></tr></tbody><thead><tr><th>b</th></tr></thead></table>",
    ])
  func tablesThatAreNoRectanglesAreRefused(body: String) {
    #expect(Set(rules(body)) == ["table"])
  }

  @Test func cellsThatReachOverOthersMakeARectangle() {
    let body =
      "<tr><th colspan=\"2\">a</th><th rowspan=\"2\">b</th></tr><tr><td>c</td><td>d</td></tr>"
    #expect(rules(table(body)) == [])
    #expect(
      rules(table(body + "<tr><td>e</td><td colspan=\"0\">f</td></tr>")).contains("attribute"))
  }

  @Test func aLayoutHoldsThePageWithTheCellsOfItsType() {
    func layout(_ type: String, _ cells: Int) -> String {
      "<ac:layout><ac:layout-section ac:type=\"\(type)\">"
        + String(repeating: "<ac:layout-cell><p>x</p></ac:layout-cell>", count: cells)
        + "</ac:layout-section></ac:layout>"
    }
    #expect(rules(layout("two_equal", 2)) == [])
    #expect(rules(layout("two_equal", 1)) == ["layout"])
    #expect(rules("<p>x</p>" + layout("single", 1)) == ["layout"])
    #expect(rules("text" + layout("single", 1)) == ["layout"])
    #expect(rules("<div>\(layout("single", 1))</div>") == ["nesting"])
    #expect(rules(layout("four_equal", 4)) == ["attribute"])
    #expect(rules(layout("four_equal", 4), .cloud) == [])
  }

  @Test func whatOnlyCloudKnowsIsRefusedElsewhere() {
    let body =
      "<p><time datetime=\"2026-01-01\"></time></p><table data-layout=\"wide\"><tbody><tr><td>x</td>"
      + "</tr></tbody></table><p><ri:user ri:account-id=\"1\"/></p>"
    #expect(rules(body, .cloud) == ["nesting"])
    #expect(rules(body) == ["element", "attribute", "nesting", "attribute"])
  }

  @Test func codeIsVerbatimAndInALanguageThatIsKnown() {
    func code(_ language: String, _ text: String) -> String {
      macro(
        "code",
        "<ac:parameter ac:name=\"language\">\(language)</ac:parameter>"
          + "<ac:plain-text-body>\(text)</ac:plain-text-body>")
    }
    #expect(rules(code("bash", "<![CDATA[a]]]]><![CDATA[>b]]>")) == [])
    #expect(rules(code("bash", "a")) == ["cdata"])
    #expect(rules("<p><![CDATA[a]]></p>") == ["cdata"])
    #expect(rules(code("swift", "<![CDATA[a]]>")) == ["attribute"])
    #expect(rules(code("swift", "<![CDATA[a]]>"), .cloud) == [])
    #expect(StorageFlavour.cloud.codeLanguage("c#") == "c#")
    #expect(StorageFlavour.dataCenter.codeLanguage("c#") == "csharp")
    #expect(StorageFlavour.dataCenter.codeLanguage("swift") == nil)
  }

  @Test(
    arguments: [
      ("minLevel", "7"), ("minLevel", " 2"), ("outline", "yes"), ("type", "tree"),
      ("maxLevel", "2\n"), ("class", ""),
    ])
  func aParameterSaysWhatItMay(name: String, value: String) {
    let parameter = "<ac:parameter ac:name=\"\(name)\">\(value)</ac:parameter>"
    #expect(rules(macro("toc", parameter)) == ["attribute"])
  }

  @Test func macrosHaveWhatTheyNeedOnce() {
    let cql = "<ac:parameter ac:name=\"cql\">x</ac:parameter>"
    let rich = "<ac:rich-text-body><p>x</p></ac:rich-text-body>"
    #expect(rules(macro("detailssummary")) == ["parameter"])
    #expect(rules(macro("detailssummary", cql)) == [])
    #expect(rules(macro("detailssummary", cql + cql)) == ["parameter"])
    #expect(rules(macro("info", rich + rich)) == ["macro"])
    #expect(
      rules(macro("panel", rich + "<ac:parameter ac:name=\"title\">x</ac:parameter>")) == ["macro"])
    #expect(rules(macro("column", rich)) == ["nesting"])
    #expect(
      rules(macro("section", "<ac:rich-text-body>\(macro("column", rich))</ac:rich-text-body>"))
        == [])
  }

  @Test func headingsComeInOrderAndSaySomething() {
    #expect(rules("<h2>a</h2><h3>b</h3><h2>c</h2><h1>d</h1>") == [])
    #expect(rules("<h2>a</h2><h4>b</h4>") == ["heading"])
    #expect(rules("<h3>a</h3>") == ["heading"])
    #expect(rules("<h2> </h2>") == ["heading"])
  }

  @Test func picturesHaveWordsAndLinksATarget() {
    let picture = "<ri:url ri:value=\"https://x.org/y.png\"/>"
    #expect(rules("<p><ac:image>\(picture)</ac:image></p>") == ["alternative-text"])
    #expect(rules("<p><ac:image ac:alt=\"x\"></ac:image></p>") == ["link"])
    #expect(rules("<p><ac:link><ac:link-body>x</ac:link-body></ac:link></p>") == ["link"])
    #expect(rules("<p><ac:link ac:anchor=\"x\"/></p>") == ["link"])
    #expect(rules("<h2>x</h2><p><ac:link ac:anchor=\"x\"/></p>") == [])
    #expect(
      rules("<p><a href=\"/a\"><a href=\"/b\">x</a></a></p>") == ["nesting", "link"]
        || rules("<p><a href=\"/a\"><a href=\"/b\">x</a></a></p>") == ["link"])
    #expect(rules("<p style=\"background-image: url(x)\">x</p>") == ["attribute"])
  }

  @Test func charactersThatNobodySeesAreRefused() {
    #expect(rules("<p>\u{202E}x</p>") == ["characters"])
    #expect(rules("<p>\u{202E}x\u{202C}</p>") == [])
    #expect(rules("<p>x\u{2069}</p>") == ["characters"])
    #expect(rules("<p title=\"\u{86}\">x</p>") == ["characters"])
    #expect(rules("<p>\u{1FFFE}</p>") == ["characters"])
    let titles = StorageChecker().faults(inTitles: ["a\u{200B}b", "Straße", "STRASSE", "straße"])
    #expect(titles.map(\.rule) == ["title", "title", "title"])
  }

  @Test func pagesAreCheckedAgainstEachOther() {
    func page(_ title: String, _ body: String, parent: String? = nil, label: String = "x")
      -> StoragePage
    {
      StoragePage(
        folder: title, title: title, parent: parent, labels: [label], body: Data(body.utf8),
        attachments: [])
    }
    func link(_ title: String, _ anchor: String) -> String {
      "<p><ac:link ac:anchor=\"\(anchor)\"><ri:page ri:content-title=\"\(title)\"/></ac:link></p>"
    }
    var check = PageSetCheck(flavour: .cloud)
    check.add(page("A", "<h2>Here</h2>" + link("B", "there")))
    check.add(page("B", link("A", "Here") + link("C", "x"), parent: "D", label: "two words"))
    check.add(page("a", ""))
    #expect(
      check.finish().map(\.description) == [
        "B: 'two words' cannot be a label (label)", "a: another page is called 'a' too (title)",
        "A: line 1: it links to 'there' of the page 'B', which is not there (link)",
        "B: line 1: it links to the page 'C', which is not there (link)",
        "B: its parent 'D' is not there (list)",
      ])
  }
}
