import Digests
import Foundation

/// Compares a set of pages with a space.
struct Planner {
  let client: ContentClient
  let overwrite: Bool

  private var token: Token { client.exchange.token }

  func plan(_ set: PageSet, under parentTitle: String?) async throws -> Plan {
    let space = try await client.home()
    let inventory = Inventory(try await client.pages(), keys: Set(set.pages.map(\.key)))
    let top = try top(parentTitle, set: set, space: space, inventory: inventory)
    var items: [Plan.Item] = []
    var created: Set<String> = []
    for page in set.pages {
      try Task.checkCancellation()
      let placement = page.parent.map { Placement.below(key: $0) } ?? top
      let item = try await item(
        page, at: placement, inventory: inventory,
        isParentNew: page.parent.map(created.contains) ?? false)
      if item.action == .create { created.insert(page.key) }
      items.append(item)
    }
    return Plan(items: items, overwrite: overwrite)
  }

  private func top(
    _ title: String?, set: PageSet, space: RemoteSpace, inventory: Inventory
  ) throws -> Placement {
    guard let title else { return space.homepage.map { .page(id: $0.id) } ?? .top }
    guard let page = inventory.page(titled: title),
      !set.pages.contains(where: { $0.title.lowercased() == page.title.lowercased() })
    else { throw ConfluenceError.noParent(title: title, space: client.space) }
    return .page(id: page.id)
  }

  private func item(
    _ page: PageSet.Page, at placement: Placement, inventory: Inventory, isParentNew: Bool
  ) async throws -> Plan.Item {
    let fingerprint = try Fingerprint.of(page, parent: placement)
    func item(_ action: Plan.Action, _ existing: RemotePage?) -> Plan.Item {
      Plan.Item(
        page: page, action: action, placement: placement, fingerprint: fingerprint,
        existing: existing)
    }
    guard var existing = inventory.page(for: page) else {
      if let other = inventory.page(titled: page.title) {
        return item(
          .conflict(conflict(page, .titleTaken(by: other.title), version: other.version)), nil)
      }
      var new = item(.create, nil)
      new.labelsToAdd = page.labels
      new.attachments = page.attachments.map { .init(file: $0, action: .create, existing: nil) }
      return new
    }
    if existing.property == nil {
      // The listing may have left it out.
      existing.property = try await client.property(existing.id, title: existing.title)
    }
    if let other = inventory.page(titled: page.title), other.id != existing.id {
      return item(
        .conflict(conflict(page, .titleTaken(by: other.title), version: other.version)), existing)
    }
    let standing = Standing(of: existing, key: page.key)
    if let reason = standing.conflict, !overwrite {
      return item(.conflict(conflict(page, reason, version: existing.version)), existing)
    }
    let labels = try await labels(of: existing)
    let attachments = try await self.attachments(page, on: existing, record: standing.record)
    var changes = standing.contentChanges(to: page, at: placement, fingerprint: fingerprint)
    if isParentNew, !changes.contains(.parent) { changes.insert(.parent) }
    let labelsToAdd = page.labels.filter { !labels.contains($0) }
    let labelsToRemove = (standing.record?.labels ?? []).filter {
      !page.labels.contains($0) && labels.contains($0)
    }
    if !labelsToAdd.isEmpty || !labelsToRemove.isEmpty { changes.insert(.labels) }
    if attachments.contains(where: \.isWritten) { changes.insert(.attachments) }
    if changes.isEmpty, !standing.isRecorded(fingerprint) { changes.insert(.record) }
    let ordered = Plan.Change.allCases.filter(changes.contains)
    var result = item(ordered.isEmpty ? .unchanged : .update(ordered), existing)
    (result.labelsToAdd, result.labelsToRemove) = (labelsToAdd, labelsToRemove)
    result.attachments = attachments
    return result
  }

  private func conflict(
    _ page: PageSet.Page, _ reason: Conflict.Reason, version: RemoteVersion
  ) -> Conflict {
    Conflict(page: page.title, reason: reason, version: version, token: token)
  }

  private func labels(of page: RemotePage) async throws -> Set<String> {
    if let labels = page.labels { return Set(labels) }
    return Set(try await client.labels(page.id, title: page.title))
  }

  private func attachments(
    _ page: PageSet.Page, on existing: RemotePage, record: PageRecord?
  ) async throws -> [Plan.Attachment] {
    guard !page.attachments.isEmpty else { return [] }
    let listed = try await client.attachments(existing.id, title: existing.title)
    return page.attachments.map { file in
      guard let remote = listed.first(where: { $0.title.lowercased() == file.name.lowercased() })
      else { return .init(file: file, action: .create, existing: nil) }
      let reason = Self.fault(of: remote, file: file, noted: record?.attachments?[file.name])
      let action: Plan.Attachment.Action =
        switch reason {
        case .isRight: .unchanged
        case .isOlder: .update
        case .isOthers(let reason):
          overwrite
            ? .update
            : .conflict(
              Conflict(
                page: page.title, attachment: file.name, reason: reason, version: remote.version,
                token: token))
        }
      return .init(file: file, action: action, existing: remote)
    }
  }

  private enum AttachmentState {
    case isRight, isOlder
    case isOthers(Conflict.Reason)
  }

  /// Tells whose an attachment is by its comment, which goes with its version, and else by what was
  /// noted of it.
  private static func fault(
    of remote: RemoteAttachment, file: PageSet.Attachment, noted: PageRecord.Attachment?
  ) -> AttachmentState {
    let isNoted = noted?.version == remote.version.number
    if let digest = Fingerprint.digest(in: remote.comment) ?? (isNoted ? noted?.sha256 : nil) {
      // A server that failed in the middle of an upload may keep a torn file.
      let isWhole = remote.size.map { $0 == file.size } ?? true
      return digest == file.digest.hex && isWhole ? .isRight : .isOlder
    }
    return .isOthers(noted == nil ? .notOurs : .editedByHand(version: remote.version.number))
  }
}

/// The pages of a space, found by key and by title.
private struct Inventory {
  private let byTitle: [String: RemotePage]
  private let byKey: [String: [RemotePage]]
  private let keys: Set<String>

  init(_ pages: [RemotePage], keys: Set<String>) {
    self.keys = keys
    byTitle = Dictionary(
      pages.map { ($0.title.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    byKey = Dictionary(
      grouping: pages.filter { $0.property?.record != nil },
      by: { $0.property?.record?.key ?? "" })
  }

  func page(titled title: String) -> RemotePage? { byTitle[title.lowercased()] }

  /// Returns the page that was published under a key, or else the one that has the title.
  ///
  /// Confluence copies the properties of a page with it: of several with one key, the one with the
  /// title is meant, or else the oldest. A page that the set has under another key is not meant.
  func page(for page: PageSet.Page) -> RemotePage? {
    let known = byKey[page.key] ?? []
    return known.first { $0.title.lowercased() == page.title.lowercased() }
      ?? known.min { (Int($0.id) ?? .max, $0.id) < (Int($1.id) ?? .max, $1.id) }
      ?? self.page(titled: page.title).flatMap { other in
        guard let key = other.property?.record?.key else { return other }
        return key == page.key || !keys.contains(key) ? other : nil
      }
  }
}

/// How a page that is there relates to what Casebook wrote.
private struct Standing {
  let existing: RemotePage
  let record: PageRecord?
  let key: String
  let conflict: Conflict.Reason?
  /// The fingerprint of a version that was written and not yet noted.
  let unnoted: String?

  init(of existing: RemotePage, key: String) {
    (self.existing, self.key) = (existing, key)
    let record = existing.property?.record
    self.record = record
    let number = existing.version.number
    unnoted = record?.version == number ? nil : Fingerprint.digest(in: existing.version.message)
    if unnoted != nil || record?.version == number {
      conflict = nil
    } else {
      conflict = record == nil ? .notOurs : .editedByHand(version: number)
    }
  }

  /// Returns which of title, body and parent are not as they should be.
  func contentChanges(
    to page: PageSet.Page, at placement: Placement, fingerprint: String
  ) -> Set<Plan.Change> {
    var changes: Set<Plan.Change> = existing.title == page.title ? [] : [.title]
    if unnoted == fingerprint { return changes }
    let bodyDigest = PageRecord.digest(ofBody: page.body)
    if conflict != nil || unnoted != nil || record?.body != bodyDigest { changes.insert(.body) }
    if record?.parent != placement.description { changes.insert(.parent) }
    return changes
  }

  /// Whether everything was noted when it was last published.
  func isRecorded(_ fingerprint: String) -> Bool {
    record?.key == key && record?.hash == fingerprint
      && record?.version == existing.version.number
  }
}
