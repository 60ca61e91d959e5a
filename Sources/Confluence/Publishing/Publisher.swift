import Digests
import Foundation

/// Does what a plan says.
///
/// Of each page first the content is written, then labels, attachments, and last the record: when
/// it breaks off anywhere, the next plan sees what is missing.
struct Publisher {
  let client: ContentClient
  let plan: Plan
  let progress: @Sendable (Progress) -> Void

  private var ids: [String: String] = [:]
  private var titles: [String: String] = [:]
  private var summary = Summary()

  /// How often a write that met another one is tried.
  private static let tries = 3

  init(client: ContentClient, plan: Plan, progress: @escaping @Sendable (Progress) -> Void) {
    (self.client, self.plan, self.progress) = (client, plan, progress)
  }

  mutating func publish() async throws -> Summary {
    for (index, item) in plan.items.enumerated() {
      try Task.checkCancellation()
      titles[item.page.key] = item.page.title
      ids[item.page.key] = item.existing?.id
      for conflict in item.conflicts { note(conflict) }
      switch item.action {
      case .unchanged: summary.unchanged += 1
      case .conflict: break
      case .create, .update:
        progress(.page(title: item.page.title, index: index + 1, count: plan.items.count))
        do {
          try await write(item)
        } catch let conflict as Held {
          note(conflict.conflict)
        } catch let error as ConfluenceError where error.isOfOnePage {
          let failure = Summary.Failure(title: item.page.title, error: error)
          summary.failures.append(failure)
          progress(.failure(failure))
        }
      }
    }
    return summary
  }

  private mutating func note(_ conflict: Conflict) {
    summary.conflicts.append(conflict)
    progress(.conflict(conflict))
  }

  private mutating func write(_ item: Plan.Item) async throws {
    let page = item.page
    let parent = try parent(of: item)
    var record = record(of: item)
    let id: String
    var property = item.existing?.property?.version
    if let existing = item.existing {
      id = existing.id
      if case .update(let changes) = item.action, changes.contains(where: \.isOfContent) {
        let moves = changes.contains(.parent)
        record.version = try await update(
          item, existing: existing, moveBelow: moves ? parent : nil)
      } else {
        record.version = existing.version.number
      }
    } else {
      let created = try await client.create(page, below: parent, record: record)
      id = created.id
      ids[page.key] = id
      record.version = created.version.number
      // Some servers may ignore the property in the request.
      property = try await client.property(id, title: page.title)?.version
    }
    if !item.labelsToAdd.isEmpty {
      try await client.add(labels: item.labelsToAdd, to: id, title: page.title)
    }
    for label in item.labelsToRemove {
      try await client.remove(label: label, from: id, title: page.title)
    }
    record.attachments = try await attach(item, to: id)
    record.labels = page.labels
    record.hash = item.fingerprint
    try await set(record, after: property, on: id, title: page.title)
    if item.action == .create {
      summary.created.append(page.title)
    } else {
      summary.updated.append(page.title)
    }
  }

  /// Returns the record of a page whose content is written and nothing else.
  private func record(of item: Plan.Item) -> PageRecord {
    PageRecord(
      key: item.page.key, hash: "", version: 1, parent: item.placement.description,
      body: PageRecord.digest(ofBody: item.page.body), labels: [], attachments: [:])
  }

  private func parent(of item: Plan.Item) throws -> String? {
    switch item.placement {
    case .page(let id): return id
    case .top: return nil
    case .below(let key):
      guard let id = ids[key] else {
        throw ConfluenceError.parentMissing(title: titles[key] ?? key)
      }
      return id
    }
  }

  /// Writes the next version of a page and returns its number.
  ///
  /// After 409 the page is read again: only if nobody else wrote it is the write tried again.
  private func update(
    _ item: Plan.Item, existing: RemotePage, moveBelow parent: String?
  ) async throws -> Int {
    var number = existing.version.number
    var attempt = 0
    while true {
      attempt += 1
      do {
        return try await client.update(
          existing.id, to: item.page, version: number + 1,
          message: Fingerprint.text(item.fingerprint), moveBelow: parent
        ).version.number
      } catch let error as ConfluenceError {
        guard case .changedMeanwhile = error, attempt < Self.tries else { throw error }
        let current = try await client.page(existing.id, title: item.page.title).version
        if current.number > existing.version.number {
          if Fingerprint.digest(in: current.message) == item.fingerprint { return current.number }
          guard plan.overwrite else {
            throw Held(
              conflict: Conflict(
                page: item.page.title, reason: .editedByHand(version: current.number),
                version: current, token: client.exchange.token))
          }
        }
        number = current.number
      }
    }
  }

  /// Uploads what is to be uploaded, one at a time: servers fail on parallel uploads to one page.
  private mutating func attach(
    _ item: Plan.Item, to id: String
  ) async throws -> [String: PageRecord.Attachment] {
    var noted = item.existing?.property?.record?.attachments ?? [:]
    noted = noted.filter { name, _ in item.attachments.contains { $0.file.name == name } }
    for attachment in item.attachments {
      let file = attachment.file
      var version = attachment.existing?.version.number
      if attachment.isWritten {
        try Task.checkCancellation()
        progress(.upload(name: file.name, size: file.size, page: item.page.title))
        version = try await client.upload(
          file, over: attachment.existing?.id, to: id, title: item.page.title
        ).version.number
        summary.uploads += 1
      } else if attachment.action != .unchanged {
        continue
      }
      noted[file.name] = version.map { .init(sha256: file.digest.hex, version: $0) }
    }
    return noted
  }

  private func set(
    _ record: PageRecord, after version: Int?, on id: String, title: String
  ) async throws {
    var version = version
    var attempt = 0
    while true {
      attempt += 1
      do {
        return try await client.set(record, after: version, on: id, title: title)
      } catch let error as ConfluenceError {
        guard attempt < Self.tries else { throw error }
        switch error {
        case .changedMeanwhile, .notFound: break
        case .rejected where version == nil: break
        default: throw error
        }
        version = try await client.property(id, title: title)?.version
      }
    }
  }
}

/// A page that somebody edited between the plan and the write.
private struct Held: Error { let conflict: Conflict }

extension Plan.Change {
  /// Whether it takes a new version of the page.
  fileprivate var isOfContent: Bool { self == .body || self == .title || self == .parent }
}
