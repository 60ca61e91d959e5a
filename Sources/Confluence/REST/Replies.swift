import Foundation

/// An identifier, which servers write as a text or as a number.
struct Identifier: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Int.self) {
      text = String(number)
    } else {
      text = try value.decode(String.self)
    }
  }
}

extension KeyedDecodingContainer {
  /// Returns an identifier, or `nil` where there is none.
  func identifier(_ key: Key) -> String? {
    ((try? decodeIfPresent(Identifier.self, forKey: key)) ?? nil)?.text
  }

  /// Returns a number, also where it is written as a text.
  func number(_ key: Key) -> Int? { identifier(key).flatMap(Int.init) }

  /// Returns a value, or `nil` where there is none of this kind.
  func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
    (try? decodeIfPresent(type, forKey: key)) ?? nil
  }
}

/// A part of a listing.
struct Listing<Item: Decodable>: Decodable {
  private struct Links: Decodable { let next: String? }

  let results: [Item]
  /// The address of the next part.
  private let next: String?
  /// Whether the server tells of further parts by links at all.
  private let hasLinks: Bool
  private let limit: Int?

  private enum CodingKeys: String, CodingKey {
    case results, limit
    case links = "_links"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    results = try values.decode([Item].self, forKey: .results)
    limit = values.number(.limit)
    let links = values.lenient(Links.self, .links)
    (next, hasLinks) = (links?.next, links != nil)
  }

  /// Whether it holds all there is.
  var isWhole: Bool { next == nil && (hasLinks || results.count < 25) }

  /// Finds out how to ask for the next part.
  ///
  /// Only the query is followed: the server's idea of its own address may be another host's, and
  /// the token goes to no other host.
  ///
  /// - Parameters:
  ///   - link: The header `Link`, by which Cloud tells the same.
  ///   - start: How many items were read before this part.
  /// - Returns: The query of the address of the next part, or `nil` at the end.
  func next(link: String?, start: Int) -> [(name: String, value: String)]? {
    if let address = next ?? link.flatMap(nextAddress), !address.isEmpty,
      let parts = URLComponents(string: address)
    {
      return (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }
    }
    // A server that names no address at all is asked for what would follow.
    guard !hasLinks, let limit, limit > 0, results.count >= limit else { return nil }
    return [("start", String(start + results.count))]
  }
}

/// A space.
struct RemoteSpace: Decodable {
  let id: String
  /// The page at its top, if it has one.
  let home: String?

  private struct Home: Decodable { let id: Identifier }
  private enum CodingKeys: String, CodingKey { case id, homepage, homepageId }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = values.identifier(.id) ?? ""
    home = values.lenient(Home.self, .homepage)?.id.text ?? values.identifier(.homepageId)
  }
}

/// A label.
struct RemoteLabel: Decodable { let name: String }

/// The answer to an upload: a listing of one after a new attachment, the attachment itself after
/// a new version; some servers mix the two.
struct UploadReply: Decodable {
  let attachment: RemoteAttachment

  init(from decoder: any Decoder) throws {
    if let listing = try? Listing<RemoteAttachment>(from: decoder),
      let first = listing.results.first
    {
      attachment = first
    } else {
      attachment = try RemoteAttachment(from: decoder)
    }
  }
}

/// Reads the next part's address from a header `Link` (RFC 8288).
private func nextAddress(in header: String) -> String? {
  for part in header.split(separator: ",") where part.contains("rel=\"next\"") {
    guard let start = part.firstIndex(of: "<"), let end = part.firstIndex(of: ">"), start < end
    else { continue }
    return String(part[part.index(after: start)..<end])
  }
  return nil
}
