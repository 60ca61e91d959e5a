import Confluence
import Foundation

/// Cloud's `api/v2`, and what is left of its `rest/api`.
extension Handler {
  func cloud(_ state: inout State) -> Reply {
    if path == ["spaces"] {
      let found = query["keys"] == "ML" ? [["id": "98305", "key": "ML", "homepageId": "1"]] : []
      return Reply(200, ["results": found, "_links": [String: String]()])
    }
    if path.first == "attachments", path.count == 2, request.method == "DELETE" {
      for index in state.pages.indices {
        guard let file = state.pages[index].files.firstIndex(where: { $0.id == path[1] }) else {
          continue
        }
        state.pages[index].files.remove(at: file)
        return Reply(204, [String: Any]())
      }
      return fail(404, "NOT_FOUND", "no such attachment")
    }
    guard path.first == "pages" else { return fail(404, "NOT_FOUND", "no such thing") }
    if path.count == 1 { return request.method == "GET" ? pages(state) : createPage(&state) }
    guard let index = index(state) else { return fail(404, "NOT_FOUND", "Page not found") }
    switch (request.method, path.dropFirst(2).first ?? "") {
    case ("GET", ""): return Reply(200, page(state.pages[index], state))
    case ("PUT", ""): return updatePage(index, &state)
    case ("DELETE", ""): return remove(index, &state)
    case ("GET", "labels"):
      return slice(
        state.pages[index].labels.map { ["id": "1", "prefix": "global", "name": $0] }, state)
    case ("GET", "attachments"):
      return slice(state.pages[index].files.map { json($0, state) }, state)
    case (_, "properties"): return properties(index, &state)
    default: return fail(405, "METHOD_NOT_ALLOWED", "no such method")
    }
  }

  /// The older interface has uploads, labels, moves and people, and no content any more.
  func olderCloud(_ state: inout State) -> Reply {
    if path == ["user"] {
      let name = (query["accountId"] ?? "").replacing("id of ", with: "")
      return Reply(200, ["displayName": name])
    }
    let gone = refusal(410, "This deprecated endpoint has been removed.")
    guard path.first == "content", path.count > 2 else { return gone }
    guard let index = index(state) else { return refusal(404, "No content found") }
    switch (request.method, path[2]) {
    case ("PUT", "move"):
      guard path.count == 5, path[3] == "append", state.pages.contains(where: { $0.id == path[4] })
      else { return refusal(400, "where to?") }
      state.pages[index].parent = path[4]
      return Reply(200, ["pageId": path[1]])
    case ("POST", "label"), ("DELETE", "label"), ("POST", "child"): return shared(&state, index)
    default: return gone
    }
  }

  /// A part of a listing, whose next part is named by a cursor in a header and in the body.
  private func slice(_ all: [Any], _ state: State) -> Reply {
    let start = Int(query["cursor"]?.replacing("after+/=", with: "") ?? "") ?? 0
    let limit = min(Int(query["limit"] ?? "") ?? 25, state.partSize)
    let items = Array(all.dropFirst(start).prefix(limit))
    var (links, headers) = (["base": "https://elsewhere.example.org/wiki"], [String: String]())
    if start + limit < all.count {
      let cursor = "after%2B%2F%3D\(start + limit)"
      let next = "\(context)/api/v2/anything?limit=\(limit)&cursor=\(cursor)"
      // Some of the two are missing now and then.
      if start.isMultiple(of: 2) { links["next"] = next }
      headers["Link"] = "<\(next)>; rel=\"next\", <\(context)/api/v2>; rel=\"base\""
    }
    return Reply(200, ["results": items, "_links": links], headers: headers)
  }

  private func pages(_ state: State) -> Reply {
    guard query["space-id"] == "98305" else { return slice([], state) }
    let pages = state.pages.filter { page in
      page.lateness == 0 && (query["title"].map { $0 == page.title } ?? true)
    }
    return slice(pages.map { page($0, state) }, state)
  }

  private func page(_ page: StandInWiki.Page, _ state: State) -> [String: Any] {
    var json: [String: Any] = [
      "id": page.id, "status": "current", "title": page.title, "spaceId": 98305,
      "authorId": "id of \(page.creator)", "version": cloudJSON(page.version, state),
      "body": [String: Any](),
    ]
    if state.tellsParents { json["parentId"] = page.parent ?? NSNull() }
    if query["body-format"] == "storage" {
      json["body"] = ["storage": ["value": page.body, "representation": "storage"]]
    }
    return json
  }

  private func body(_ json: [String: Any]) -> String? {
    let body = json["body"] as? [String: Any]
    return body?["representation"] as? String == "storage" ? body?["value"] as? String : nil
  }

  private func createPage(_ state: inout State) -> Reply {
    let json = json
    guard json["spaceId"] as? String == "98305", json["status"] as? String == "current",
      let title = json["title"] as? String, let body = body(json), json["id"] == nil
    else { return fail(400, "INVALID_REQUEST_PARAMETER", "incomplete") }
    guard !isTaken(title, except: nil, state) else {
      return fail(
        400, "INVALID_REQUEST_PARAMETER",
        "A page already exists with the same TITLE in this space")
    }
    if let fault = BodyCheck.fault(in: body, state) { return fail(400, "INVALID", fault) }
    let parent = json["parentId"] as? String
    if let parent {
      guard let above = state.pages.first(where: { $0.id == parent }), above.lateness == 0 else {
        return fail(404, "NOT_FOUND", "Parent page not found")
      }
    }
    var page = StandInWiki.Page(id: state.newID(), title: title, parent: parent, body: body)
    page.lateness = state.lateness
    state.pages.append(page)
    return Reply(200, self.page(page, state))
  }

  private func updatePage(_ index: Int, _ state: inout State) -> Reply {
    let (json, page) = (json, state.pages[index])
    let version = json["version"] as? [String: Any]
    guard json["id"] as? String == page.id, json["status"] as? String == "current",
      let title = json["title"] as? String, let body = body(json)
    else { return fail(400, "INVALID_REQUEST_PARAMETER", "incomplete") }
    guard version?["number"] as? Int == page.version.number + 1 else {
      return fail(
        409, "CONFLICT",
        "Version must be incremented on update. Current version is: \(page.version.number)")
    }
    guard !isTaken(title, except: page.id, state) else {
      return fail(400, "INVALID", "A page already exists with the same TITLE in this space")
    }
    if let fault = BodyCheck.fault(in: body, state) { return fail(400, "INVALID", fault) }
    (state.pages[index].title, state.pages[index].body) = (title, body)
    if let parent = json["parentId"] as? String { state.pages[index].parent = parent }
    state.pages[index].version = .init(
      number: page.version.number + 1, message: version?["message"] as? String ?? "")
    return Reply(200, self.page(state.pages[index], state))
  }

  private func properties(_ index: Int, _ state: inout State) -> Reply {
    let (json, old) = (json, state.pages[index].property)
    let id = "7\(state.pages[index].id)"
    let next = (json["version"] as? [String: Any])?["number"] as? Int
    func shown(_ property: (value: Any, version: Int)) -> [String: Any] {
      [
        "id": id, "key": "casebook", "value": property.value,
        "version": ["number": property.version],
      ]
    }
    switch (request.method, path.count) {
    case ("GET", 3):
      let isAsked = query["key"].map { $0 == "casebook" } ?? true
      return slice(isAsked ? old.map { [shown($0)] } ?? [] : [], state)
    case ("POST", 3) where old != nil: return fail(409, "CONFLICT", "the property exists")
    case ("PUT", 4) where path[3] != id || old == nil: return fail(404, "NOT_FOUND", "no property")
    case ("PUT", 4) where next != (old?.version ?? 0) + 1:
      return fail(409, "CONFLICT", "the version of the property")
    case ("POST", 3), ("PUT", 4):
      guard let value = json["value"], json["key"] as? String == "casebook" else {
        return fail(400, "INVALID", "no value")
      }
      let property = (value: value, version: (old?.version ?? 0) + 1)
      state.pages[index].property = property
      return Reply(200, shown(property))
    default: return fail(405, "METHOD_NOT_ALLOWED", "no such method")
    }
  }
}
