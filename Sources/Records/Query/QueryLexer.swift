import Casework

/// What a query is made of.
struct Token: Equatable {
  enum Kind: Equatable {
    /// A bare word: a part of a name, or a keyword.
    case word(String)
    /// A name in backticks.
    case name(String)
    /// A text in single quotes.
    case text(String)
    /// In double quotes: a name where a name is expected, a text where a value is.
    case quoted(String)
    case integer(Int)
    case number(Double)
    /// A span of time in seconds, such as `7d`.
    case age(Double)
    /// `= != < <= > >= ( ) , . -`
    case sign(String)
    case end
  }
  let kind: Kind
  /// Where it begins, in characters from 1.
  let column: Int

  /// What to call it in an error.
  var words: String {
    switch kind {
    case .word(let word), .sign(let word): "'\(word)'"
    case .name(let name): "the name `\(name)`"
    case .text(let text), .quoted(let text): "the text '\(text)'"
    case .integer(let value): "the number \(value)"
    case .number(let value): "the number \(value)"
    case .age(let seconds): "the age of \(seconds) s"
    case .end: "the end"
    }
  }

  /// Whether it is the keyword, in capitals or not.
  func isKeyword(_ keyword: String) -> Bool {
    if case .word(let word) = kind { return word.lowercased() == keyword }
    return false
  }
}

/// Cuts a query into tokens.
struct QueryLexer {
  private let text: String
  private let letters: [Character]
  private var position = 0

  private init(_ text: String) { (self.text, letters) = (text, Array(text)) }

  /// Returns the tokens of a text, `.end` last.
  static func tokens(of text: String) throws -> [Token] {
    var lexer = QueryLexer(text)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next(after: tokens.last)
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private var letter: Character? { position < letters.count ? letters[position] : nil }

  private mutating func next(after last: Token?) throws -> Token {
    while let letter, letter.isWhitespace { position += 1 }
    let start = position
    guard let letter else { return Token(kind: .end, column: start + 1) }
    let kind: Token.Kind
    switch letter {
    case "'": kind = .text(try quotation("'"))
    case "\"": kind = .quoted(try quotation("\""))
    case "`": kind = .name(try quotation("`"))
    case _ where isDate: kind = date()
    case _ where letter.isASCII && letter.isNumber: kind = try number()
    case "+", "-", ".":
      // After a name a dot joins, and before one a minus sorts; else a number starts here.
      let follows = position + 1 < letters.count ? letters[position + 1] : " "
      let starts = follows.isASCII && (follows.isNumber || follows == ".")
      let joins = letter == "." && last.map { endsName($0, at: start) } == true
      kind = starts && !joins ? try number() : sign()
    case _ where letter.isLetter || letter == "_": kind = word()
    default:
      guard "=!<>(),".contains(letter) else {
        throw RecordsError.query(
          text, column: start + 1,
          problem: "A query has no '\(letter)' outside quotes: put names that hold it in backticks "
            + "and texts in single quotes.")
      }
      kind = sign()
    }
    return Token(kind: kind, column: start + 1)
  }

  private func endsName(_ token: Token, at position: Int) -> Bool {
    switch token.kind {
    case .word, .name, .quoted: position > 0 && !letters[position - 1].isWhitespace
    default: false
    }
  }

  /// A word goes on through dashes and slashes, as in `val-loss` and `val/loss`: there is no
  /// arithmetic to confuse them with.
  private mutating func word() -> Token.Kind {
    let start = position
    while let letter, letter.isLetter || letter.isNumber || "_-/@:".contains(letter) {
      position += 1
    }
    return .word(String(letters[start..<position]))
  }

  private mutating func quotation(_ quote: Character) throws -> String {
    let start = position
    var content = ""
    position += 1
    while let letter {
      position += 1
      if letter != quote { content.append(letter); continue }
      guard self.letter == quote else { return content }
      content.append(quote)
      position += 1
    }
    throw RecordsError.query(
      text, column: start + 1, problem: "The quotation that begins with \(quote) never ends.")
  }

  /// Whether a day starts here, such as 2026-11-23, which no number does.
  private var isDate: Bool {
    guard position + 10 <= letters.count else { return false }
    return letters[position..<position + 10].enumerated().allSatisfy { index, letter in
      [4, 7].contains(index) ? letter == "-" : letter.isASCII && letter.isNumber
    }
  }

  /// A day, or a time, which needs no quotes.
  private mutating func date() -> Token.Kind {
    let start = position
    while let letter, letter.isASCII, letter.isNumber || "-:.+TZtz".contains(letter) {
      position += 1
    }
    return .text(String(letters[start..<position]))
  }

  private mutating func number() throws -> Token.Kind {
    let start = position
    while let letter {
      let isExponentSign =
        "+-".contains(letter) && position > start && "eE".contains(letters[position - 1])
      let isPart = letter.isLetter || letter.isNumber || "._".contains(letter)
      guard isPart || isExponentSign || position == start else { break }
      position += 1
    }
    let digits = String(letters[start..<position])
    if let value = Int(digits) { return .integer(value) }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    if let unit = digits.last.flatMap({ units[$0] }), let value = Double(digits.dropLast()),
      value.isFinite
    {
      return .age(value * unit)
    }
    let isDecimal = digits.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
    guard isDecimal, let value = Double(digits), value.isFinite else {
      throw RecordsError.query(
        text, column: start + 1,
        problem: "'\(digits)' is no number that can be stored. Put texts in single quotes.")
    }
    return .number(value)
  }

  private mutating func sign() -> Token.Kind {
    let pair = String(letters[position..<min(position + 2, letters.count)])
    let length = ["==", "!=", "<>", "<=", ">="].contains(pair) ? 2 : 1
    defer { position += length }
    return .sign(String(letters[position..<position + length]))
  }
}
