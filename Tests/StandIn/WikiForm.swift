import Confluence
import Foundation

/// A form taken apart at its boundary.
struct WikiForm {
  private(set) var parts: [String: (name: String?, data: Data)] = [:]

  init?(_ request: Request) {
    guard let type = request.headers["Content-Type"], var rest = request.body,
      let mark = type.range(of: "boundary=")
    else { return nil }
    let boundary = Data("--\(type[mark.upperBound...])".utf8)
    guard let first = rest.range(of: boundary) else { return nil }
    rest = rest[first.upperBound...]
    while let end = rest.range(of: Data("\r\n".utf8) + boundary) {
      let part = rest[rest.startIndex..<end.lowerBound]
      rest = rest[end.upperBound...]
      guard let blank = part.range(of: Data("\r\n\r\n".utf8)) else { return nil }
      let head = String(decoding: part[part.startIndex..<blank.lowerBound], as: UTF8.self)
      func value(_ key: String) -> String? {
        guard let start = head.range(of: " \(key)=\"") else { return nil }
        return head[start.upperBound...].split(separator: "\"").first.map(String.init)
      }
      guard let name = value("name") else { return nil }
      parts[name] = (value("filename"), Data(part[blank.upperBound...]))
    }
  }
}
