import Confluence
import Foundation
import Pages

/// One request, taken apart, and what both products answer alike.
struct Handler {
  typealias State = StandInWiki.State

  let flavour: StorageFlavour
  let request: Request
  let path: [String]
  let query: [String: String]
  let interface: String
  let context: String

  /// The path below which each product answers.
  static func context(_ flavour: StorageFlavour) -> String {
    flavour == .cloud ? "/wiki" : "/confluence"
  }

  init(flavour: StorageFlavour, request: Request) {
    (self.flavour, self.request) = (flavour, request)
    let context = Self.context(flavour)
    self.context = context
    let parts = URLComponents(url: request.url, resolvingAgainstBaseURL: true)
    let whole = parts?.path ?? ""
    query = Dictionary(
      (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    let known = ["/rest/api/", "/api/v2/"].first { whole.hasPrefix(context + $0) }
    interface = known ?? ""
    path =
      known.map {
        whole.dropFirst((context + $0).count).split(separator: "/").map(String.init)
      } ?? []
  }

  var json: [String: Any] {
    (request.body.flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]) ?? [:]
  }

  var isCloud: Bool { flavour == .cloud }

  func answer(_ state: inout State) -> Reply {
    let pair = Data("\(StandInWiki.user):\(StandInWiki.secret)".utf8).base64EncodedString()
    let expected = isCloud ? "Basic \(pair)" : "Bearer \(StandInWiki.secret)"
    guard request.headers["Authorization"] == expected else {
      return Reply(
        401, ["message": "Unknown: \(request.headers["Authorization"] ?? "")"],
        headers: ["WWW-Authenticate": "Basic realm=\"x\""])
    }
    guard request.headers["User-Agent"]?.hasPrefix("Mozilla") != true else {
      return refusal(403, "XSRF check failed")
    }
    guard !interface.isEmpty else { return refusal(404, "no such path \(request.url.path())") }
    let type = request.headers["Content-Type"]
    if request.body != nil, type?.hasPrefix("multipart/form-data") != true,
      type != "application/json"
    {
      return refusal(415, "Unsupported Media Type")
    }
    if let fault = late(&state) { return fault }
    switch (flavour, interface) {
    case (.cloud, "/api/v2/"): return cloud(&state)
    case (.dataCenter, "/rest/api/"): return dataCenter(&state)
    case (.cloud, "/rest/api/"): return olderCloud(&state)
    default: return refusal(404, "no such interface")
    }
  }

  /// A new page is not there for a moment, neither by its id nor in a listing.
  private func late(_ state: inout State) -> Reply? {
    let named = path.count > 1 ? state.pages.firstIndex { $0.id == path[1] } : nil
    defer {
      for index in state.pages.indices {
        state.pages[index].lateness = max(0, state.pages[index].lateness - 1)
      }
    }
    guard let named, state.pages[named].lateness > 0 else { return nil }
    return fail(404, "NOT_FOUND", "No content found with id : ContentId{id=\(path[1])}")
  }

  /// A refusal as the interface that was asked words it.
  func fail(_ status: Int, _ code: String, _ message: String) -> Reply {
    guard interface == "/api/v2/" else { return refusal(status, message) }
    let fault: [String: Any] = [
      "status": status, "code": code, "title": message, "detail": NSNull(),
    ]
    return Reply(status, ["errors": [fault]])
  }

  func index(_ state: State) -> Int? {
    guard path.count > 1 else { return nil }
    return state.pages.firstIndex { $0.id == path[1] }
  }

  /// Labels, uploads and moves, which both products have in the older interface.
  func shared(_ state: inout State, _ index: Int) -> Reply {
    switch (request.method, path.dropFirst(2).joined(separator: "/")) {
    case ("POST", "label"):
      let list = request.body.flatMap { try? JSONSerialization.jsonObject(with: $0) }
      let labels = list as? [[String: String]] ?? []
      guard !labels.isEmpty, labels.allSatisfy({ $0["prefix"] == "global" }) else {
        return refusal(400, "a list of labels is expected")
      }
      let names = labels.compactMap { $0["name"] }
      state.pages[index].labels += names.filter { !state.pages[index].labels.contains($0) }
      return Reply(200, ["results": names.map { ["prefix": "global", "name": $0] }])
    case ("DELETE", "label"):
      guard state.pages[index].labels.contains(query["name"] ?? "") else {
        return refusal(404, "no such label")
      }
      state.pages[index].labels.removeAll { $0 == query["name"] }
      return Reply(204, [String: Any]())
    case ("POST", let rest) where rest.hasPrefix("child/attachment"):
      return upload(index, path.count > 4 ? path[4] : nil, &state)
    default: return refusal(405, "no such method")
    }
  }

  private func upload(_ index: Int, _ id: String?, _ state: inout State) -> Reply {
    let mark = request.headers["X-Atlassian-Token"]
    guard mark == "nocheck" || mark == "no-check" else { return refusal(403, "XSRF check failed") }
    guard let form = WikiForm(request), let file = form.parts["file"], let name = file.name else {
      return refusal(400, "no file")
    }
    guard name.rangeOfCharacter(from: CharacterSet(charactersIn: "\\/\":?*|<>")) == nil else {
      return refusal(400, "the file name is not allowed")
    }
    guard file.data.count <= state.largestFile else { return refusal(413, "too large") }
    let comment = String(decoding: form.parts["comment"]?.data ?? Data(), as: UTF8.self)
    let old = state.pages[index].files.firstIndex {
      id == nil ? $0.name.lowercased() == name.lowercased() : $0.id == id
    }
    guard id != nil else {
      guard old == nil else {
        return refusal(400, "Cannot add a new attachment with same file name as an existing one")
      }
      let file = StandInWiki.File(
        id: "att\(state.newID())", name: name, data: file.data, comment: comment)
      state.pages[index].files.append(file)
      return Reply(200, ["results": [json(file, state)], "size": 1])
    }
    guard let old else { return refusal(404, "no such attachment") }
    state.pages[index].files[old].data = file.data
    state.pages[index].files[old].comment = comment
    state.pages[index].files[old].version = .init(
      number: state.pages[index].files[old].version.number + 1)
    return Reply(200, json(state.pages[index].files[old], state))
  }

  /// An attachment, in the words of the interface that was asked.
  func json(_ file: StandInWiki.File, _ state: State) -> [String: Any] {
    var json: [String: Any] = ["id": file.id, "title": file.name, "status": "current"]
    if interface == "/api/v2/" {
      json["version"] = cloudJSON(file.version, state)
      json["fileSize"] = file.data.count
      if state.tellsComments { json["comment"] = file.comment }
    } else {
      json["version"] = self.json(file.version, state)
      json["metadata"] = state.tellsComments ? ["comment": file.comment] : [:]
      json["extensions"] = ["fileSize": file.data.count, "mediaType": "image/png"]
    }
    return json
  }

  func json(_ version: StandInWiki.Version, _ state: State) -> [String: Any] {
    [
      "number": version.number, "by": ["displayName": version.author], "when": version.date,
      "message": state.keepsMessages ? version.message : "", "minorEdit": false,
    ]
  }

  func cloudJSON(_ version: StandInWiki.Version, _ state: State) -> [String: Any] {
    [
      "number": version.number, "authorId": "id of \(version.author)", "createdAt": version.date,
      "message": state.keepsMessages ? version.message : "", "minorEdit": false,
    ]
  }

  func isTaken(_ title: String, except id: String?, _ state: State) -> Bool {
    state.pages.contains { $0.id != id && $0.title.lowercased() == title.lowercased() }
  }

  func remove(_ index: Int, _ state: inout State) -> Reply {
    state.remove(state.pages[index].title)
    return Reply(204, [String: Any]())
  }
}
