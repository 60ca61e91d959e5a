import Digests
import Foundation
import Pages

extension PageSet.Page {
  /// Reads a listed page and checks it against its list.
  ///
  /// - Throws: ``PageRefusal``.
  init(_ listed: PageList.Page, parent: String?, folder: PageFolder) throws {
    let body = try folder.contents(listed.file)
    guard SHA256Digest(of: body) == listed.sha256 else {
      throw PageRefusal(
        reason: "'\(listed.file)' does not have the SHA-256 that is listed; write the pages again")
    }
    let attachments = try listed.attachments.map { attachment in
      let data = try folder.contents(attachment.file)
      guard SHA256Digest(of: data) == attachment.sha256 else {
        throw PageRefusal(
          reason: "'\(attachment.file)' does not have the SHA-256 that is listed; write the pages "
            + "again")
      }
      return PageSet.Attachment(
        name: attachment.name, source: .file(try folder.url(of: attachment.file)),
        mediaType: attachment.mediaType, digest: attachment.sha256, size: data.count)
    }
    guard let text = String(validating: body, as: UTF8.self) else {
      throw PageRefusal(reason: "'\(listed.file)' is not UTF-8")
    }
    try self.init(
      checked: listed.key, title: listed.title, parent: parent, labels: listed.labels, body: text,
      attachments: attachments)
  }

  /// Takes a page as it was built.
  ///
  /// - Throws: ``PageRefusal``.
  init(_ page: StoragePage, parent: String?) throws {
    try self.init(
      checked: page.folder, title: page.title, parent: parent, labels: page.labels,
      body: String(decoding: page.body, as: UTF8.self),
      attachments: page.attachments.map { file in
        PageSet.Attachment(
          name: file.name, source: .memory(file.content), mediaType: file.mediaType,
          digest: SHA256Digest(of: file.content), size: file.content.count)
      })
  }

  private init(
    checked key: String, title: String, parent: String?, labels: [String], body: String,
    attachments: [PageSet.Attachment]
  ) throws {
    try PageRules.check(key: key)
    try PageRules.check(title: title)
    for label in labels { try PageRules.check(label: label) }
    var names: Set<String> = []
    for attachment in attachments {
      try PageRules.check(attachment: attachment.name)
      try PageRules.check(mediaType: attachment.mediaType)
      guard names.insert(attachment.name.lowercased()).inserted else {
        throw PageRefusal(reason: "two attachments are called '\(attachment.name)'")
      }
    }
    (self.key, self.title, self.parent, self.body) = (key, title, parent, body)
    self.labels = Set(labels).sorted()
    self.attachments = attachments.sorted { $0.name < $1.name }
  }
}
