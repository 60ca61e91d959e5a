import Casework
import Testing

@testable import Catalog

@Suite struct EntryReaderTests {
  @Test func aSoundEntryIsReadWhole() throws {
    let catalog = try read(["coin-toss.md": soundEntry])
    #expect(catalog.faults == [])
    let slug = try #require(Slug(rawValue: "coin-toss"))
    let entry = try #require(catalog.entry(slug))
    #expect(entry.title == "Coin toss")
    #expect(entry.algorithms == Entry.Column(text: "CNN, LSTM", terms: ["CNN", "LSTM"]))
    #expect(entry.tools.terms == ["Keras", "Tensorflow"])
    #expect(entry.level == .beginner)
    #expect(entry.references.map(\.url) == ["https://arxiv.org/abs/1412.6980"])
    #expect(entry.presets.map(\.name) == ["quick", "standard", "paper"])
    #expect(entry.presets[2].settings == ["tosses": .integer(1000), "bias": .number(0.5)])
    #expect(entry.settings["bias"] == "The probability of heads.")
    #expect(entry.metrics.map(\.name) == ["heads", "accuracy"])
    #expect(entry.metrics[1].unit == "%")
    #expect(!entry.isSimulated)
    #expect(
      entry.expectations == [
        Expectation(
          metric: "heads", bound: .equals(0.5, within: 0.1), source: .exact,
          settings: ["bias": .number(0.5)]),
        Expectation(
          metric: "accuracy", bound: .between(40, 60), source: .judgement,
          presets: ["quick", "paper"]),
      ])
    #expect(entry.body == "## The idea\n\nA coin has two sides.")
    #expect(entry.bodyLine == 39)
    #expect(catalog.dataSet(named: "coins")?.sources == [.folder("coins")])
    #expect(catalog.dataSet(named: "notes") == nil)
  }

  @Test(arguments: [
    (
      "title: Coin toss", "tittle: Coin toss",
      [
        "1: the key 'title' is missing.",
        "2: unknown key 'tittle'. Did you mean 'title'? Permitted: addition, algorithms, authors, "
          + "command, comments, data, expects, field, goal, level, metrics, presets, references, "
          + "requires, settings, simulated, summary, support, title, tools.",
      ]
    ),
    (
      "title: Coin toss", "title: 7",
      [
        "2: title must be a text (in quotes if it looks like something else), not the number 7."
      ]
    ),
    ("title: Coin toss", "title: \"  \"", ["2: title must not be empty."]),
    (
      "title: Coin toss",
      "title: Coin toss\nauthors: [{mail: nowhere, social: \"http://a.example\"}]\nsupport: <b>x</b>",
      [
        "3: authors[1].mail must be an e-mail address, such as ada@example.org, not 'nowhere'.",
        "3: authors[1].social must be an address that starts with https://, not "
          + "'http://a.example'.",
        "3: the key 'name' is missing in authors[1].",
        "4: support holds HTML, '</b>'; write it as Markdown, or between backquotes to show it.",
        "4: support holds HTML, '<b>'; write it as Markdown, or between backquotes to show it.",
      ]
    ),
    (
      "title: Coin toss", "title: Coin toss\nauthors: []",
      ["3: authors names nobody; leave the key out if they are not known."]
    ),
    (
      "title: Coin toss", "title: [a, b]",
      ["2: title must be a text (in quotes if it looks like something else), not a list."]
    ),
    (
      "goal: Classification", "goal: Clasification",
      [
        "4: unknown term 'Clasification' in goal. Did you mean 'Classification'? Permitted: "
          + Vocabulary.goal.terms.joined(separator: ", ") + "."
      ]
    ),
    (
      "goal: Classification", "goal: classification",
      [
        "4: unknown term 'classification' in goal. Did you mean 'Classification'? Permitted: "
          + Vocabulary.goal.terms.joined(separator: ", ") + "."
      ]
    ),
    (
      "High Energy Physics", "Low Energy Physics",
      [
        "6: unknown term 'Low Energy Physics' in field. Did you mean 'High Energy Physics'? "
          + "Permitted: Computer Vision, Computing, General Relativity, High Energy Physics, "
          + "Mathematical Physics, Medical Physics."
      ]
    ),
    (
      "level: beginner", "level: begginer",
      [
        "9: unknown term 'begginer' in level. Did you mean 'beginner'? "
          + "Permitted: beginner, intermediate, advanced."
      ]
    ),
    (
      "arxiv: \"1412.6980\"", "arxiv: \"14.6980\"",
      ["11: references[1].arxiv must be an arXiv number, such as 1412.6980, not '14.6980'."]
    ),
    (
      "arxiv: \"1412.6980\"", "arxiv: \"1412.6980\", url: \"https://a.org\"",
      ["11: references[1] has url and arxiv; keep one of them."]
    ),
    (
      "arxiv: \"1412.6980\"", "url: \"javascript:x\"",
      [
        "11: references[1].url must be an address that starts with https:// or http://, "
          + "not 'javascript:x'."
      ]
    ),
    (
      "simulated: false", "simulated: no",
      ["23: simulated must be true or false, not the text 'no'."]
    ),
    (
      "quick: {about: Few tosses., set: {tosses: 10}}", "quick: {about: Few tosses.}",
      ["25: the key 'set' is missing in presets.quick."]
    ),
    (
      "{tosses: 1000, bias: 0.5}", "{tosses: [1], Bias: 0.5}",
      [
        "27: 'Bias' in presets.paper.set must be small letters and digits, joined by '_'.",
        "27: presets.paper.set.tosses must be a number, a text, true or false, not a list.",
      ]
    ),
    (
      "heads: {better: neither", "heads: {better: bigger",
      [
        "32: unknown term 'bigger' in metrics.heads.better. Did you mean 'higher'? "
          + "Permitted: higher, lower, neither."
      ]
    ),
    (
      "accuracy: {better: higher", "accuracy: {better: lower",
      [
        "33: metrics.accuracy.better is lower, but 'accuracy' is better higher everywhere in the "
          + "catalogue; write higher, or give the metric another name."
      ]
    ),
    (
      "metric: heads", "metric: head",
      [
        "35: expects[1] speaks of 'head', which metrics does not declare. Did you mean 'heads'? "
          + "Declared: heads, accuracy."
      ]
    ),
    (
      "source: exact", "source: exactly",
      [
        "35: unknown term 'exactly' in expects[1].source. Did you mean 'exact'? "
          + "Permitted: published, measured, exact, judgement."
      ]
    ),
    (
      "equals: 0.5, within: 0.1", "at_least: 0.5, at_most: 0.6",
      [
        "35: expects[1] must have exactly one bound, and has at_least, at_most. "
          + "Permitted: at_least, at_most, above, below, between, equals."
      ]
    ),
    (
      "equals: 0.5, within: 0.1, ", "",
      [
        "35: expects[1] must have exactly one bound, and has none. "
          + "Permitted: at_least, at_most, above, below, between, equals."
      ]
    ),
    ("within: 0.1", "within: -1", ["35: expects[1].within must not be negative."]),
    (
      "equals: 0.5, within", "at_least: 0.5, within",
      ["35: expects[1].within goes with equals only."]
    ),
    (
      "equals: 0.5", "equals: half",
      ["35: expects[1].equals must be a number, not the text 'half'."]
    ),
    (
      "[40, 60]", "[60, 40]",
      ["36: expects[2].between must be a list of two numbers, the lower one first."]
    ),
    (
      "[quick, paper]", "[quick, papers]",
      [
        "36: unknown term 'papers' in expects[2].presets. Did you mean 'paper'? "
          + "Permitted: quick, standard, paper."
      ]
    ),
    (
      "sha256: 0a", "sha256: 0A",
      [
        "20: data[1].files[1].sha256 must be sixty-four hexadecimal digits in small letters, not "
          + "'0A\(String(repeating: "0a", count: 31))'."
      ]
    ),
    (
      "name: coins.csv", "name: ../coins.csv",
      [
        "20: data[1].files[1].name must be a file's name, with / between folders, "
          + "not '../coins.csv'."
      ]
    ),
    (
      "- folder: coins", "- {folder: coins, url: \"https://a.org/\"}",
      ["22: data[1].sources[1] must have exactly one of folder, wheel, url."]
    ),
    (
      "- folder: coins",
      "- {wheel: mint, version: 0.1.3, tables: [{member: a/../b, images: coins.csv, labels: c}]}",
      [
        "22: data[1].sources[1].tables[1].member must be a path inside the wheel, not 'a/../b'.",
        "22: unknown term 'c' in data[1].sources[1].tables[1].labels. Permitted: coins.csv.",
      ]
    ),
    (
      "A coin has two sides.", "A <b>coin</b>.\n\n<div>\nx\n</div>",
      [
        "41: the prose holds HTML, '</b>'; write it as Markdown, or between backquotes to show it.",
        "41: the prose holds HTML, '<b>'; write it as Markdown, or between backquotes to show it.",
        "43: the prose holds HTML, '<div>'; write it as Markdown, or between backquotes to show it.",
      ]
    ),
    (
      "A coin has two sides.", "A\n[coin](javascript:alert).",
      [
        "42: the prose links to 'javascript:alert'; a link starts with https://, http://, mailto: "
          + "or #."
      ]
    ),
    (
      "## The idea\n\nA coin has two sides.", "",
      ["38: the entry has no prose after its front matter."]
    ),
  ])
  func aFaultIsNamedWithItsLine(old: String, new: String, expected: [String]) throws {
    let found = try faults(in: edited(old, new))
    #expect(found == expected)
  }

  @Test func theOrderOfThePresetsIsKept() throws {
    let text = edited(
      "  quick: {about: Few tosses., set: {tosses: 10}}\n  standard: {about: Many tosses., set: {}}",
      "  standard: {about: Many tosses., set: {}}\n  quick: {about: Few tosses., set: {tosses: 10}}"
    )
    #expect(
      try faults(in: text) == ["25: the presets must stand in the order quick, standard, paper."])
  }

  @Test func allFaultsOfAFileAreFound() throws {
    let text = soundEntry.replacing("level: beginner", with: "level: x")
      .replacing("simulated: false", with: "simulated: 1")
      .replacing("metric: heads", with: "metric: tails")
    #expect(
      try faults(in: text) == [
        "9: unknown term 'x' in level. Permitted: beginner, intermediate, advanced.",
        "23: simulated must be true or false, not the number 1.",
        "35: expects[1] speaks of 'tails', which metrics does not declare. "
          + "Declared: heads, accuracy.",
      ])
  }

  @Test func aDuplicateKeyDoesNotHideOtherFaults() throws {
    let text = edited("level: beginner", "level: x\ntitle: Again")
    #expect(
      try faults(in: text) == [
        "9: unknown term 'x' in level. Permitted: beginner, intermediate, advanced.",
        "10: the key 'title' stands twice, first on line 2; keep one.",
      ])
    let quoted = edited("level: beginner", "level: beginner\n\"level\": advanced")
      .replacing("level: beginner\n", with: "\"level\": beginner\n")
    #expect(
      try faults(in: quoted) == ["9: the key 'level' stands twice in the same mapping; keep one."])
    let nested = edited("{tosses: 10}", "{tosses: 10, tosses: 11}")
    #expect(
      try faults(in: nested) == [
        "25: the key 'tosses' stands twice in presets.quick.set, first on line 25; keep one."
      ])
  }

  @Test func theFileNameIsTheSlug() throws {
    let catalog = try read(["Coin_Toss.md": soundEntry])
    #expect(
      words(catalog.faults, folder: catalog.folder) == [
        "1: the file's name must be lower-case words joined by dashes, then '.md'."
      ])
  }
}
