import Foundation
import FoundationNetworking

/// What the wiki in memory answers.
enum Handler {
  typealias State = FakeConfluence.State
  typealias Reply = (Int, Any)

  static func answer(_ request: URLRequest, state: inout State) throws -> Reply {
    guard let url = request.url,
      let parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
    else { return refuse(400, "no address") }
    guard request.value(forHTTPHeaderField: "Authorization") == "Bearer \(FakeConfluence.secret)"
    else { return refuse(401, "Unknown token \(FakeConfluence.secret)") }
    let prefix = state.contextPath + "/rest/api/"
    guard parts.path.hasPrefix(prefix) else { return refuse(404, "no such path \(parts.path)") }
    let path = parts.path.dropFirst(prefix.count).split(separator: "/").map(String.init)
    let query = Dictionary(
      (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    let method = request.httpMethod ?? "GET"
    let isForm = request.value(forHTTPHeaderField: "Content-Type")?.hasPrefix("multipart/") ?? false
    let json =
      isForm ? nil : request.httpBody.flatMap { try? JSONSerialization.jsonObject(with: $0) }
    if path == ["space", "ML"] { return (200, ["key": "ML", "homepage": ["id": "1"]]) }
    if path.first == "space" { return refuse(404, "No space with key : \(path.last ?? "")") }
    guard path.first == "content" else { return refuse(404, "no such thing") }
    if path.count == 1, method == "GET" { return list(query, &state) }
    if path.count == 1, method == "POST" { return create(json as? [String: Any] ?? [:], &state) }
    guard path.count > 1, let index = state.pages.firstIndex(where: { $0.id == path[1] }) else {
      return refuse(404, "No content found with id : \(path)")
    }
    switch (method, path.dropFirst(2).joined(separator: "/")) {
    case ("GET", ""): return (200, self.json(state.pages[index], state))
    case ("PUT", ""): return update(index, json as? [String: Any] ?? [:], &state)
    case ("GET", "label"):
      return part(state.pages[index].labels.map { ["prefix": "global", "name": $0] }, query, state)
    case ("POST", "label"):
      let names = (json as? [[String: String]] ?? []).compactMap { $0["name"] }
      state.pages[index].labels += names.filter { !state.pages[index].labels.contains($0) }
      return (200, ["results": []])
    case ("DELETE", "label"):
      state.pages[index].labels.removeAll { $0 == query["name"] }
      return (204, [String: Any]())
    case (_, "property"), (_, "property/casebook"):
      return property(method, index, json as? [String: Any] ?? [:], &state)
    case ("GET", "child/attachment"):
      return part(state.pages[index].files.map { self.json($0, state) }, query, state)
    case ("POST", let rest) where rest.hasPrefix("child/attachment"):
      return upload(request, index, path.count > 4 ? path[4] : nil, &state)
    default: return refuse(405, "no such method")
    }
  }

  private static func refuse(_ status: Int, _ message: String) -> Reply {
    (status, ["statusCode": status, "message": message])
  }

  /// A part of a listing; the address of the next one names another host, as behind a proxy.
  private static func part(_ all: [Any], _ query: [String: String], _ state: State) -> Reply {
    let start = Int(query["start"] ?? "") ?? 0
    let limit = min(Int(query["limit"] ?? "") ?? 25, state.partSize)
    let items = Array(all.dropFirst(start).prefix(limit))
    var links = ["base": "https://elsewhere.example.org"]
    if start + limit < all.count {
      links["next"] = "/rest/api/anything?limit=\(limit)&start=\(start + limit)"
    }
    return (200, ["results": items, "size": items.count, "limit": limit, "_links": links])
  }

  private static func list(_ query: [String: String], _ state: inout State) -> Reply {
    part(state.pages.map { json($0, state) }, query, state)
  }

  private static func json(_ version: FakeConfluence.Version) -> [String: Any] {
    [
      "number": version.number, "by": ["displayName": version.author], "when": version.date,
      "message": version.message, "minorEdit": false,
    ]
  }

  private static func json(_ page: FakeConfluence.Page, _ state: State) -> [String: Any] {
    var json: [String: Any] = [
      "id": page.id, "type": "page", "title": page.title, "version": json(page.version),
    ]
    guard state.expandsListings else { return json }
    var properties: [String: Any] = [:]
    if let property = page.property {
      properties["casebook"] = ["value": property.value, "version": ["number": property.version]]
    }
    json["metadata"] = [
      "labels": ["results": page.labels.map { ["name": $0] }, "size": page.labels.count],
      "properties": properties,
    ]
    return json
  }

  private static func json(_ file: FakeConfluence.File, _ state: State) -> [String: Any] {
    [
      "id": file.id, "title": file.name, "version": json(file.version),
      "metadata": state.tellsComments ? ["comment": file.comment] : [:],
      "extensions": ["fileSize": file.data.count, "mediaType": "image/png"],
    ]
  }

  private static func body(_ json: [String: Any]) -> String? {
    let storage = (json["body"] as? [String: Any])?["storage"] as? [String: Any]
    return storage?["representation"] as? String == "storage" ? storage?["value"] as? String : nil
  }

  private static func parent(_ json: [String: Any]) -> String? {
    (json["ancestors"] as? [[String: Any]])?.last?["id"] as? String
  }

  private static func isTaken(_ title: String, except id: String?, _ state: State) -> Bool {
    state.pages.contains { $0.id != id && $0.title.lowercased() == title.lowercased() }
  }

  private static func create(_ json: [String: Any], _ state: inout State) -> Reply {
    guard let title = json["title"] as? String, let body = body(json), json["status"] != nil,
      (json["space"] as? [String: Any])?["key"] as? String == "ML"
    else { return refuse(400, "incomplete") }
    guard !isTaken(title, except: nil, state) else {
      return refuse(
        400, "A page with this title already exists: A page already exists with the title \(title)")
    }
    guard !body.contains("<br>") else { return refuse(400, "Error parsing xhtml: <br>") }
    state.nextID += 1
    var page = FakeConfluence.Page(
      id: String(state.nextID), title: title, parent: parent(json), body: body)
    let metadata = (json["metadata"] as? [String: Any])?["properties"] as? [String: Any]
    if state.keepsPropertyOfCreation,
      let value = (metadata?["casebook"] as? [String: Any])?["value"]
    {
      page.property = (value, 1)
    }
    state.pages.append(page)
    return (200, self.json(page, state))
  }

  private static func update(_ index: Int, _ json: [String: Any], _ state: inout State) -> Reply {
    let page = state.pages[index]
    let version = json["version"] as? [String: Any]
    guard let title = json["title"] as? String, let body = body(json),
      json["status"] as? String == "current", version?["minorEdit"] as? Bool == true
    else { return refuse(400, "incomplete") }
    guard version?["number"] as? Int == page.version.number + 1 else {
      return refuse(
        409, "Version must be incremented on update. Current version is: \(page.version.number)")
    }
    guard !isTaken(title, except: page.id, state) else {
      return refuse(400, "A page with this title already exists")
    }
    (state.pages[index].title, state.pages[index].body) = (title, body)
    if let parent = parent(json) { state.pages[index].parent = parent }
    state.pages[index].version = FakeConfluence.Version(
      number: page.version.number + 1, message: version?["message"] as? String ?? "")
    return (200, self.json(state.pages[index], state))
  }

  private static func property(
    _ method: String, _ index: Int, _ json: [String: Any], _ state: inout State
  ) -> Reply {
    let old = state.pages[index].property
    switch method {
    case "GET":
      guard let old else { return refuse(404, "no property") }
      return (200, ["key": "casebook", "value": old.value, "version": ["number": old.version]])
    case "POST" where old != nil: return refuse(409, "property exists")
    case "PUT"
    where (json["version"] as? [String: Any])?["number"] as? Int
      != old.map { $0.version + 1 }:
      return refuse(409, "property version")
    default:
      guard let value = json["value"], json["key"] as? String == "casebook" else {
        return refuse(400, "no value")
      }
      state.pages[index].property = (value, (old?.version ?? 0) + 1)
      return (200, ["key": "casebook"])
    }
  }

  private static func upload(
    _ request: URLRequest, _ index: Int, _ id: String?, _ state: inout State
  ) -> Reply {
    guard request.value(forHTTPHeaderField: "X-Atlassian-Token") == "nocheck" else {
      return refuse(403, "XSRF check failed")
    }
    guard let form = Form(request), let file = form.parts["file"], let name = file.name else {
      return refuse(400, "no file")
    }
    let comment = String(decoding: form.parts["comment"]?.data ?? Data(), as: UTF8.self)
    let old = state.pages[index].files.firstIndex { $0.id == id || $0.name == name }
    guard let id else {
      guard old == nil else {
        return refuse(400, "Cannot add a new attachment with same file name as an existing one")
      }
      state.nextID += 1
      let file = FakeConfluence.File(
        id: "att\(state.nextID)", name: name, data: file.data, comment: comment)
      state.pages[index].files.append(file)
      return (200, ["results": [json(file, state)]])
    }
    guard let old, state.pages[index].files[old].id == id else { return refuse(404, "no file") }
    state.pages[index].files[old].data = file.data
    state.pages[index].files[old].comment = comment
    state.pages[index].files[old].version = .init(
      number: state.pages[index].files[old].version.number + 1)
    return (200, json(state.pages[index].files[old], state))
  }
}

/// A form taken apart at its boundary.
private struct Form {
  var parts: [String: (name: String?, data: Data)] = [:]

  init?(_ request: URLRequest) {
    guard let type = request.value(forHTTPHeaderField: "Content-Type"), var rest = request.httpBody,
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
