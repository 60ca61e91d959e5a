import Foundation

/// Why a listed page is refused.
struct PageRefusal: Error {
  var page: String?
  let reason: String
}

/// The folder of a page set, which no path of its list leads out of.
struct PageFolder {
  private let root: URL
  private let resolvedRoot: String

  init(root: URL) {
    self.root = root
    resolvedRoot = root.resolvingSymlinksInPath().path(percentEncoded: false)
  }

  /// Returns where a listed file lies.
  ///
  /// - Throws: ``PageRefusal`` if that is outside, or no file.
  func url(of path: String) throws -> URL {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".."
        && !part.unicodeScalars.contains { $0 == "\\" || $0.value < 32 }
    }
    guard isPlain else {
      throw PageRefusal(reason: "the path '\(path)' could lead out of the folder")
    }
    let file = parts.reduce(root) { $0.appending(path: String($1)) }
    let resolved = file.resolvingSymlinksInPath().path(percentEncoded: false)
    let inside = resolvedRoot.hasSuffix("/") ? resolvedRoot : resolvedRoot + "/"
    guard resolved.hasPrefix(inside) else {
      throw PageRefusal(reason: "the path '\(path)' leads out of the folder")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw PageRefusal(reason: "there is no file '\(path)'")
    }
    return file
  }

  /// Returns what a listed file holds.
  ///
  /// - Throws: ``PageRefusal``.
  func contents(_ path: String) throws -> Data {
    let file = try url(of: path)
    guard let data = try? Data(contentsOf: file) else {
      throw PageRefusal(reason: "the file '\(path)' cannot be read")
    }
    return data
  }
}

/// What Confluence takes as a key, a title, a label and the name of an attachment.
enum PageRules {
  /// - Throws: ``PageRefusal``.
  static func check(key: String) throws {
    let isPlain = key.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        || "._-".unicodeScalars.contains(scalar)
    }
    guard !key.isEmpty, key.count <= 200, isPlain else {
      throw PageRefusal(
        reason: "a key has 1 to 200 letters and digits of ASCII and . _ -, unlike '\(key)'")
    }
  }

  /// - Throws: ``PageRefusal``.
  static func check(title: String) throws {
    guard !title.isEmpty, title.utf16.count <= 255 else {
      throw PageRefusal(reason: "a title has 1 to 255 letters; this one has \(title.utf16.count)")
    }
    guard title == title.trimmingCharacters(in: .whitespacesAndNewlines), !hasControl(title) else {
      throw PageRefusal(reason: "its title starts or ends with a blank, or holds a line break")
    }
  }

  /// - Throws: ``PageRefusal``.
  static func check(label: String) throws {
    let forbidden = CharacterSet(charactersIn: ":;,.?&[]()#^*@!").union(.whitespacesAndNewlines)
    guard !label.isEmpty, label.utf16.count <= 255, label == label.lowercased(),
      label.rangeOfCharacter(from: forbidden) == nil, !hasControl(label)
    else {
      throw PageRefusal(
        reason: "'\(label)' cannot be a label: labels are in small letters, without blanks and "
          + "without : ; , . ? & [ ] ( ) # ^ * @ !")
    }
  }

  /// - Throws: ``PageRefusal``.
  static func check(attachment name: String) throws {
    let forbidden = CharacterSet(charactersIn: "\\/\":?*|<>")
    guard !name.isEmpty, name.utf8.count <= 255, name != ".", name != "..",
      name.rangeOfCharacter(from: forbidden) == nil, !hasControl(name),
      name == name.trimmingCharacters(in: .whitespaces)
    else {
      throw PageRefusal(
        reason: "'\(name)' cannot name an attachment: names have no \\ / \" : ? * | < > and no "
          + "blank at either end")
    }
  }

  /// - Throws: ``PageRefusal``.
  static func check(mediaType: String) throws {
    let parts = mediaType.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = mediaType.utf8.allSatisfy { (33...126).contains($0) }
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain else {
      throw PageRefusal(reason: "'\(mediaType)' is not a media type, as image/png is")
    }
  }

  private static func hasControl(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
