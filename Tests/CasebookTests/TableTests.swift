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
