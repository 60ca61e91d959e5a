import Confluence
import Foundation

/// Data Center's `rest/api`.
extension Handler {
  func dataCenter(_ state: inout State) -> Reply {
    if path == ["space", "ML"] {
      return Reply(200, ["id": 98305, "key": "ML", "homepage": ["id": "1", "title": "Home"]])
    }
    if path.first == "space" { return refusal(404, "No space with key : \(path.last ?? "")") }
    guard path.first == "content" else { return refusal(404, "no such thing") }
    if path.count == 1 { return request.method == "GET" ? list(state) : create(&state) }
    if let page = state.pages.firstIndex(where: { $0.files.contains { $0.id == path[1] } }),
      request.method == "DELETE"
    {
      state.pages[page].files.removeAll { $0.id == path[1] }
      return Reply(204, [String: Any]())
    }
    guard let index = index(state) else {
      return refusal(404, "No content found with id : ContentId{id=\(path[1])}")
    }
    switch (request.method, path.dropFirst(2).joined(separator: "/")) {
    case ("GET", ""): return Reply(200, json(state.pages[index], state))
    case ("PUT", ""): return update(index, &state)
    case ("DELETE", ""): return remove(index, &state)
    case ("GET", "label"):
      return part(state.pages[index].labels.map { ["prefix": "global", "name": $0] }, state)
    case (_, "property"), (_, "property/casebook"): return property(index, &state)
    case ("GET", "child/attachment"):
      return part(state.pages[index].files.map { self.json($0, state) }, state)
    default: return shared(&state, index)
    }
  }

  /// A part of a listing; the address of the next one names another host, as behind a proxy.
  private func part(_ all: [Any], _ state: State) -> Reply {
    let start = Int(query["start"] ?? "") ?? 0
    let limit = min(Int(query["limit"] ?? "") ?? 25, state.partSize)
    let items = Array(all.dropFirst(start).prefix(limit))
    var links = ["base": "https://elsewhere.example.org"]
    if start + limit < all.count {
      links["next"] = "/rest/api/anything?limit=\(limit)&start=\(start + limit)"
    }
    return Reply(
      200,
      ["results": items, "size": items.count, "start": start, "limit": limit, "_links": links])
  }

  private func list(_ state: State) -> Reply {
    guard query["spaceKey"] == "ML" else { return refusal(404, "no such space") }
    let pages = state.pages.filter { page in
      page.lateness == 0 && (query["title"].map { $0 == page.title } ?? true)
    }
    return part(pages.map { json($0, state) }, state)
  }

  private func json(_ page: StandInWiki.Page, _ state: State) -> [String: Any] {
    let expand = Set((query["expand"] ?? "").split(separator: ",").map(String.init))
    var json: [String: Any] = [
      "id": page.id, "type": "page", "status": "current", "title": page.title,
    ]
    if expand.contains("version") || request.method != "GET" {
      json["version"] = self.json(page.version, state)
    }
    if expand.contains("body.storage") {
      json["body"] = ["storage": ["value": page.body, "representation": "storage"]]
    }
    if expand.contains("ancestors"), state.tellsParents {
      var (above, next) = ([[String: Any]](), page.parent)
      while let id = next {
        above.insert(["id": id, "type": "page"], at: 0)
        next = state.pages.first { $0.id == id }?.parent
      }
      json["ancestors"] = above
    }
    guard state.expandsListings else { return json }
    var metadata: [String: Any] = [:]
    if expand.contains("metadata.labels") {
      metadata["labels"] = [
        "results": page.labels.map { ["prefix": "global", "name": $0] },
        "size": page.labels.count, "limit": 200, "_links": [String: String](),
      ]
    }
    if expand.contains("metadata.properties.casebook"), let property = page.property {
      metadata["properties"] = [
        "casebook": [
          "key": "casebook", "value": property.value, "version": ["number": property.version],
        ]
      ]
    }
    json["metadata"] = metadata
    return json
  }

  private func body(_ json: [String: Any]) -> String? {
    let storage = (json["body"] as? [String: Any])?["storage"] as? [String: Any]
    return storage?["representation"] as? String == "storage" ? storage?["value"] as? String : nil
  }

  private func parent(_ json: [String: Any]) -> String? {
    (json["ancestors"] as? [[String: Any]])?.last?["id"] as? String
  }

  private func create(_ state: inout State) -> Reply {
    let json = json
    guard let title = json["title"] as? String, let body = body(json),
      json["type"] as? String == "page",
      (json["space"] as? [String: Any])?["key"] as? String == "ML"
    else { return refusal(400, "incomplete") }
    guard title.utf16.count <= 255 else { return refusal(400, "the title is too long") }
    guard !isTaken(title, except: nil, state) else {
      return refusal(
        400,
        "A page with this title already exists: A page already exists with the title \(title) in "
          + "the space with key ML")
    }
    if let fault = BodyCheck.fault(in: body, state) { return refusal(400, fault) }
    if let parent = parent(json) {
      guard let above = state.pages.first(where: { $0.id == parent }), above.lateness == 0 else {
        return refusal(404, "the parent is not there")
      }
    }
    var page = StandInWiki.Page(
      id: state.newID(), title: title, parent: parent(json), body: body)
    page.lateness = state.lateness
    let metadata = (json["metadata"] as? [String: Any])?["properties"] as? [String: Any]
    if state.keepsPropertyOfCreation,
      let value = (metadata?["casebook"] as? [String: Any])?["value"]
    {
      page.property = (value, 1)
    }
    state.pages.append(page)
    return Reply(200, self.json(page, state))
  }

  private func update(_ index: Int, _ state: inout State) -> Reply {
    let (json, page) = (json, state.pages[index])
    let version = json["version"] as? [String: Any]
    guard json["status"] as? String == "current", json["type"] as? String == "page",
      json["id"] as? String == page.id, let title = json["title"] as? String,
      let body = body(json)
    else { return refusal(400, "incomplete") }
    guard version?["number"] as? Int == page.version.number + 1 else {
      return refusal(
        409,
        "Version must be incremented on update. Current version is: \(page.version.number)")
    }
    guard !isTaken(title, except: page.id, state) else {
      return refusal(400, "A page with this title already exists")
    }
    if let fault = BodyCheck.fault(in: body, state) { return refusal(400, fault) }
    (state.pages[index].title, state.pages[index].body) = (title, body)
    if let parent = parent(json) { state.pages[index].parent = parent }
    state.pages[index].version = .init(
      number: page.version.number + 1, message: version?["message"] as? String ?? "")
    return Reply(200, self.json(state.pages[index], state))
  }

  private func property(_ index: Int, _ state: inout State) -> Reply {
    let (json, old) = (json, state.pages[index].property)
    let next = (json["version"] as? [String: Any])?["number"] as? Int
    switch (request.method, path.count) {
    case ("GET", 4):
      guard let old else { return refusal(404, "no property") }
      return Reply(
        200, ["key": "casebook", "value": old.value, "version": ["number": old.version]])
    case ("POST", 3) where old != nil: return refusal(409, "the property exists")
    case ("PUT", 4) where next != old.map({ $0.version + 1 }):
      return refusal(409, "the version of the property")
    case ("POST", 3), ("PUT", 4):
      guard let value = json["value"], json["key"] as? String == "casebook" else {
        return refusal(400, "no value")
      }
      state.pages[index].property = (value, (old?.version ?? 0) + 1)
      return Reply(200, ["key": "casebook", "version": ["number": (old?.version ?? 0) + 1]])
    default: return refusal(405, "no such method")
    }
  }
}
