public import Foundation

/// Finds what a Confluence server would refuse, lose or show as broken.
///
/// ```swift
/// let faults = StorageChecker().faults(in: Data("<p><h1>x</h1></p>".utf8), attachments: [])
/// // [.misplaced("h1", parent: "p", line: 1)]
/// ```
public struct StorageChecker: Sendable {
  /// Which Confluence the pages are for.
  public var flavour: StorageFlavour
  /// The titles of the pages that links may lead to; `nil` if any will do.
  public var titles: Set<String>?

  /// The most bytes of a body; a server refuses what its proxy or its database will not take.
  public static let largestBody = 5_000_000

  /// Creates a checker.
  public init(flavour: StorageFlavour = .dataCenter, titles: Set<String>? = nil) {
    (self.flavour, self.titles) = (flavour, titles)
  }

  /// Checks the body of a page and the names of its attachments against each other.
  ///
  /// - Returns: All faults, in the order of the body; none for a sound page.
  public func faults(in body: Data, attachments: [String]) -> [StorageFault] {
    let walk = walk(through: body)
    var faults = walk.faults + attachmentFaults(attachments, shown: walk.attachments)
    for link in walk.links {
      if let title = link.title {
        if let titles, !titles.contains(title) {
          faults.append(.missingPage(title, line: link.line))
        }
      } else if let anchor = link.anchor, !walk.anchors.contains(anchor) {
        faults.append(.missingAnchor(anchor, page: nil, line: link.line))
      }
    }
    return faults
  }

  /// Checks the titles of pages that are to stand in one space.
  public func faults(inTitles titles: [String]) -> [StorageFault] {
    var taken: Set<String> = []
    return titles.flatMap { title -> [StorageFault] in
      var faults: [StorageFault] = []
      if title.titleText.isEmpty { faults.append(.badTitle(title, reason: "is empty")) }
      if title != title.singleLine {
        faults.append(.badTitle(title, reason: "has white space or controls that would be lost"))
      } else if title != title.titleText {
        faults.append(.badTitle(title, reason: "has characters that nobody sees"))
      }
      if title.utf16.count > 255 {
        faults.append(.badTitle(title, reason: "has more than 255 characters"))
      }
      if !taken.insert(title.titleKey).inserted { faults.append(.repeatedTitle(title)) }
      return faults
    }
  }

  /// Walks through a body and gathers what it holds.
  func walk(through body: Data) -> StorageWalk {
    var walk = StorageWalk(flavour: flavour)
    guard body.count <= Self.largestBody else {
      walk.faults = [.tooLarge(bytes: body.count, limit: Self.largestBody)]
      return walk
    }
    do {
      walk.root(try MarkupReader.readStorage(body, as: "the body"))
    } catch PagesError.notWellFormed(_, let reason) {
      walk.faults = [.notWellFormed(reason: reason)]
    } catch {
      walk.faults = [.notWellFormed(reason: "\(error)")]
    }
    return walk
  }

  func attachmentFaults(_ names: [String], shown: [String: Int]) -> [StorageFault] {
    var taken: Set<String> = []
    let own = names.flatMap { name -> [StorageFault] in
      var faults: [StorageFault] = []
      if !name.isFileName { faults.append(.badAttachmentName(name)) }
      if !taken.insert(name.caseKey).inserted { faults.append(.repeatedAttachment(name)) }
      if shown[name] == nil { faults.append(.unusedAttachment(name)) }
      return faults
    }
    let missing = shown.filter { !names.contains($0.key) }
      .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return own + missing.map { .missingAttachment($0.key, line: $0.value) }
  }
}

extension String {
  /// Whether Confluence and file systems take it as the name of an attachment.
  var isFileName: Bool {
    !isEmpty && utf8.count <= 255 && first != "." && last != "." && self == titleText
      && !unicodeScalars.contains { "\\/\":?*|<>\u{FFFD}".unicodeScalars.contains($0) }
  }

  /// What two attachments of a page may not share, nor two titles: letters whatever their case, in all
  /// languages (Unicode's full case folding, by which `ß` and `SS` are the same, and a little more).
  var caseKey: String { lowercased().uppercased().lowercased() }

  /// The text as the name of an attachment: none of the characters that Confluence excludes, no
  /// controls, none that nobody sees (joiners of letters too), no dot at either end, at most 150
  /// bytes.
  var fileName: String {
    var scalars = String.UnicodeScalarView()
    for scalar in titleText.unicodeScalars where !["\u{200C}", "\u{200D}"].contains(scalar) {
      scalars.append("\\/\":?*|<>\u{FFFD}".unicodeScalars.contains(scalar) ? "-" : scalar)
    }
    // The end says what kind of file it is.
    while String(scalars).utf8.count > 150 {
      scalars.removeFirst(scalars.count > 400 ? scalars.count - 400 : 1)
    }
    func isBare(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == " " }
    while let last = scalars.last, isBare(last) { scalars.removeLast() }
    let name = String(String.UnicodeScalarView(scalars.drop(while: isBare))).titleText
    return name.isEmpty ? "file" : name
  }
}
