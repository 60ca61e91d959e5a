import Testing

@testable import casebook

@Suite struct TableTests {
  @Test func cellsDoNotSteerTheTerminal() {
    var table = Table([Table.Column(title: "wh\u{1B}[1mat"), Table.Column(title: "value")])
    table.rows.append(["note", "\u{1B}[31mred\u{1B}[0m\u{7}\n\u{9B}2Jnext\u{1B}]0;title\u{7}"])
    let text = table.text(width: 80)
    #expect(text == "what  value\n────  ────────────────\nnote  red\n      2Jnext0;title\n")
    // Programs get what is recorded.
    #expect(table.csv.contains("\u{1B}[31mred"))
  }

  @Test func aLongWordIsCutWhereTheTableWouldNotFit() {
    var table = Table([Table.Column(title: "run", isUnbroken: true), Table.Column(title: "result")])
    let path = "/data/" + String(repeating: "é/x", count: 20)
    table.rows += [["a2f0", "failed: \(path) is not there"], ["b100", "auc 0.9"]]
    let lines = table.text(width: 40).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.map { $0.dropFirst(6) }.joined().contains(path.dropFirst(40)))
    // Where there is room, it stays whole.
    #expect(table.text(width: 100).contains(path))
  }

  @Test func markdownShowsValuesAsTheyAre() {
    var table = Table([Table.Column(title: "a*b")])
    table.rows.append(["*x* `y` [z](u) ~s~ a|b \\ <i> p_q"])
    #expect(
      table.markdown == """
        | a\\*b |
        | --- |
        | \\*x\\* \\`y\\` \\[z](u) \\~s\\~ a\\|b \\\\ &lt;i> p_q |

        """)
  }

  @Test func numbersThatAreNoneHaveNoSign() {
    #expect((-Double.nan).short == "nan" && (-Double.infinity).short == "-inf")
    #expect(0.25.short == "0.25" && 3.0.short == "3")
  }
}
