import Foundation

/// A page before it is written in either form.
struct Page: Sendable {
  var id: PageID
  var title: String
  /// The page above it; `nil` for the first.
  var parent: PageID?
  var labels: [String]
  /// One or two sentences below the title.
  var lead: [Inline]
  /// How the subject stands, beside the title.
  var badges: [Inline]
  var blocks: [Block]
  var files: [PageFile]
  /// What the search of the HTML site finds it by, beside its title, lead and labels.
  var words: [String] = []
}

/// A file that belongs to a page.
struct PageFile: Sendable, Hashable {
  /// Where a file is needed.
  enum Use: Hashable, Sendable { case both, storage, html }
  var name: String
  /// Without parameters, and as wikis take it: an artifact's is what its case says.
  let mediaType: String
  var content: Data
  var use: Use

  init(name: String, mediaType: String, content: Data, use: Use = .both) {
    (self.name, self.content, self.use) = (name, content, use)
    let plain = mediaType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
    // RFC 6838, section 4.2.
    let isSound =
      parts.count == 2
      && parts.allSatisfy { part in
        (1...127).contains(part.utf8.count)
          && part.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).isLetter && byte < 128 || (48...57).contains(byte)
              || "!#$&-^_.+".utf8.contains(byte)
          }
      }
    self.mediaType = isSound ? plain : "application/octet-stream"
  }
}

/// Where the pages of a site stand and what they are called.
struct Directory: Sendable {
  struct Place: Sendable, Hashable {
    var title: String
    /// The folder below `confluence`.
    var folder: String
    /// The file below `html`.
    var file: String
  }

  private var places: [PageID: Place] = [:]
  private var takenTitles: Set<String> = []
  private var takenFolders: Set<String> = []

  /// The place of a page, or `nil` if it is not published.
  subscript(id: PageID) -> Place? { places[id] }

  /// Finds a place for a page: a title of at most 255 characters and a folder that no other page
  /// has, whatever the case of its letters.
  mutating func add(_ id: PageID, title: String, suffix: String = "", folder: String) {
    let title = uniqueTitle(title.titleText, suffix: suffix)
    let name = uniqueFolder(folder)
    let file =
      switch id.kind {
      case .index: "index.html"
      case .useCase: "cases/\(name).html"
      case .run: "runs/\(name).html"
      case .comparison: "comparisons/\(name).html"
      case .registry: "registry.html"
      case .runs: "lists/\(name).html"
      }
    places[id] = Place(title: title, folder: name, file: file)
  }

  private mutating func uniqueTitle(_ text: String, suffix: String) -> String {
    let text = text.isEmpty ? "Untitled" : text
    var count = 1
    while true {
      let ending = suffix + (count == 1 ? "" : " (\(count))")
      let title = (text.shortened(to: 255 - ending.utf16.count) + ending).titleText
      if takenTitles.insert(title.titleKey).inserted { return title }
      count += 1
    }
  }

  private mutating func uniqueFolder(_ name: String) -> String {
    var (candidate, count) = (name, 1)
    while !takenFolders.insert(candidate).inserted {
      count += 1
      candidate = "\(name)-\(count)"
    }
    return candidate
  }
}
