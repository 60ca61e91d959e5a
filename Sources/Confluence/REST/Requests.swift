import Digests
import Foundation

/// A page as it is sent.
struct PageContent: Encodable {
  struct Space: Encodable { let key: String }
  struct Ancestor: Encodable { let id: String }
  struct Version: Encodable {
    let number: Int
    let message: String
    /// No mail to the page's watchers.
    var minorEdit = true
  }
  struct Body: Encodable {
    struct Storage: Encodable {
      let value: String
      var representation = "storage"
    }
    let storage: Storage

    init(_ value: String) { storage = Storage(value: value) }
  }
  struct Metadata: Encodable {
    struct Properties: Encodable { let casebook: Property }
    struct Property: Encodable { let value: PageRecord }
    let properties: Properties
  }

  var id: String?
  var type = "page"
  var status = "current"
  let title: String
  var space: Space?
  var ancestors: [Ancestor]?
  let body: Body
  var version: Version?
  var metadata: Metadata?
}

/// A page as it is sent to Cloud.
struct CloudPageContent: Encodable {
  struct Body: Encodable {
    var representation = "storage"
    let value: String
  }

  var id: String?
  var spaceId: String?
  var status = "current"
  let title: String
  var parentId: String?
  let body: Body
  var version: PageContent.Version?
}

/// A content property as it is sent.
struct PropertyContent: Encodable {
  struct Version: Encodable { let number: Int }

  let key: String
  let value: PageRecord
  var version: Version?
}

/// A file and some fields as `multipart/form-data` (RFC 7578).
struct MultipartForm {
  let body: Data
  let contentType: String

  /// Makes the form; its boundary is the digest of the file, which the file cannot hold.
  ///
  /// - Parameters:
  ///   - file: The bytes of the file.
  ///   - name: The file's name, without quotation marks or line breaks.
  ///   - mediaType: What the file is.
  ///   - fields: The other fields, in order.
  init(file: Data, name: String, mediaType: String, fields: [(name: String, value: String)]) {
    let boundary = "casebook-" + SHA256Digest(of: file).hex.prefix(48)
    var body = Data()
    for field in fields {
      body.append(
        contentsOf: ("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n"
          + "Content-Type: text/plain; charset=utf-8\r\n\r\n\(field.value)\r\n").utf8)
    }
    body.append(
      contentsOf: ("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; "
        + "filename=\"\(name)\"\r\nContent-Type: \(mediaType)\r\n\r\n").utf8)
    body.append(file)
    body.append(contentsOf: "\r\n--\(boundary)--\r\n".utf8)
    self.body = body
    contentType = "multipart/form-data; boundary=\(boundary)"
  }
}
