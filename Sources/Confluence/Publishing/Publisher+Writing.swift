import Digests
import Foundation

/// One page, written from its content to its record, and what is removed in the end.
extension Publisher {
  /// Writes what a page lacks.
  mutating func writeOnce(_ item: Plan.Item, _ outcome: inout Outcome) async throws {
    let page = item.page
    let parent = try parent(of: item)
    var record = PageRecord(
      key: page.key, hash: "", version: 1, parent: item.placement.description,
      body: PageRecord.digest(ofBody: page.body), labels: [], attachments: [:])
    let id: String
    var property = item.existing?.property
    if let existing = item.existing {
      id = existing.id
      ids[page.key] = id
      record.version = try await write(item, over: existing, parent: parent)
    } else {
      let (wiki, space, new) = (wiki, plan.space, record)
      let created = try await taken(page) {
        try await wiki.create($0, in: space, below: parent, record: new)
      }
      writes += 1
      id = created.id
      ids[page.key] = id
      fresh.insert(page.key)
      outcome.result = .created
      record.version = max(1, created.version.number)
      property = try await mark(record, on: id, title: page.title)
    }
    record.id = id
    if !item.labelsToAdd.isEmpty {
      try await wiki.add(labels: item.labelsToAdd, to: id, title: page.title)
      writes += 1
    }
    for label in item.labelsToRemove {
      try await wiki.remove(label: label, from: id, title: page.title)
      writes += 1
    }
    var failure: ConfluenceError?
    record.attachments = try await attach(item, to: id, &outcome, &failure)
    record.labels = page.labels
    record.hash = failure == nil ? item.fingerprint : ""
    _ = try await wiki.set(record, after: property, on: id, title: page.title)
    writes += 1
    if outcome.result != .created {
      outcome.result = item.action == .update([.parent]) ? .moved : .updated
    }
    if let failure { throw failure }
  }

  /// Notes that a page is Casebook's as soon as it is there, where its creation did not.
  private mutating func mark(
    _ record: PageRecord, on id: String, title: String
  ) async throws -> RemoteProperty? {
    if let property = try await wiki.property(id, title: title) { return property }
    let property = try await wiki.set(record, after: nil, on: id, title: title)
    writes += 1
    guard property.id == nil else { return property }
    return try await wiki.property(id, title: title)
  }

  func parent(of item: Plan.Item) throws -> String? {
    switch item.placement {
    case .page(let id): return id
    case .top: return nil
    case .below(let key):
      guard !gone.contains(key) else {
        throw ConfluenceError.parentGone(title: titles[key] ?? key)
      }
      guard let id = ids[key] else {
        throw ConfluenceError.parentMissing(title: titles[key] ?? key)
      }
      return id
    }
  }

  /// Writes the next version of a page, if its content changes, and returns the version's number.
  private mutating func write(
    _ item: Plan.Item, over existing: RemotePage, parent: String?
  ) async throws -> Int {
    let number = existing.version.number
    guard case .update(let changes) = item.action else { return number }
    let moves = changes.contains(.parent)
    let page = item.page
    let writesContent = changes.contains(.body) || changes.contains(.title)
    guard moves || writesContent else { return number }
    if moves, !writesContent, let parent,
      try await wiki.move(existing.id, below: parent, title: page.title)
    {
      writes += 1
      return max(
        number, try await wiki.page(existing.id, title: page.title, withBody: false).version.number)
    }
    if changes.contains(.title) { try await freeTitle(of: page) }
    let revision = Revision(
      number: number + 1, message: Fingerprint.text(item.fingerprint),
      parent: moves ? parent : existing.parent)
    let wiki = wiki
    let written = try await taken(page) { try await wiki.update($0, of: existing.id, to: revision) }
    writes += 1
    return max(number + 1, written.version.number)
  }

  /// Gives a page that has the title of another one, as when somebody swapped two, a title that
  /// nobody else has until it is its turn.
  private mutating func freeTitle(of page: PageSet.Page) async throws {
    let done = Set(summary.outcomes.map(\.key) + [page.key])
    let holder = plan.items.first {
      !done.contains($0.page.key) && $0.existing?.title.lowercased() == page.title.lowercased()
    }
    guard let holder, let existing = holder.existing, renamed.insert(existing.id).inserted else {
      return
    }
    let revision = Revision(
      number: existing.version.number + 1, message: Fingerprint.text(holder.fingerprint),
      parent: existing.parent)
    let wiki = wiki
    _ = try await taken(holder.page.titled("\(holder.page.title.prefix(100)) (\(existing.id))")) {
      try await wiki.update($0, of: existing.id, to: revision)
    }
    writes += 1
  }

  /// Writes a page; on a server that cannot take the end of a CDATA section in a code (Data Center
  /// 8.0 to 8.2), with a blank in it.
  private func taken(
    _ page: PageSet.Page, _ write: (PageSet.Page) async throws -> RemotePage
  ) async throws -> RemotePage {
    do {
      return try await write(page)
    } catch let error as ConfluenceError where error.refusesEmbeddedEnds {
      guard let other = page.withoutEmbeddedEnds else { throw error }
      progress(.changedCode(title: page.title))
      return try await write(other)
    }
  }

  /// Uploads what is to be uploaded, one at a time: servers fail on parallel uploads to one page.
  ///
  /// What is wrong with one attachment alone does not keep the others from it.
  private mutating func attach(
    _ planned: Plan.Item, to id: String, _ outcome: inout Outcome,
    _ failure: inout ConfluenceError?
  ) async throws -> [String: PageRecord.Attachment] {
    var item = planned
    if item.attachments.contains(where: \.isWritten) {
      // Somebody may have uploaded something since the plan.
      try await planner.compareAttachments(&item, attempted: attempted)
      note(item.conflicts, &outcome)
    }
    var noted = item.existing?.record?.attachments ?? [:]
    for attachment in item.attachments {
      let file = attachment.file
      var version = attachment.existing?.version.number
      if attachment.isWritten {
        try Task.checkCancellation()
        progress(.upload(name: file.name, size: file.size, page: item.page.title))
        attempted[file.name] = (version ?? 0) + 1
        do {
          version = try await wiki.upload(
            file, over: attachment.existing?.id, to: id, title: item.page.title
          ).version.number
        } catch let error as ConfluenceError
          where error.isOfOneFile && !isWorthAnotherLook(error, at: item.page)
        {
          failure = failure ?? error
          continue
        }
        writes += 1
        outcome.uploads.append(file.name)
      } else if attachment.action != .unchanged {
        continue
      }
      noted[file.name] = version.map { .init(sha256: file.digest.hex, version: $0) }
    }
    return noted.filter { name, _ in
      item.attachments.contains { $0.file.name == name }
        || item.strays.contains { $0.title == name }
    }
  }

  /// Removes what is no longer published, as far as nobody else touched it.
  mutating func prune() async throws {
    for orphan in plan.orphans where orphan.obstacle == nil {
      try Task.checkCancellation()
      progress(.removal(title: orphan.title, attachment: nil))
      try await wiki.delete(page: orphan.id, title: orphan.title)
      summary.removed.append(orphan.title)
      summary.orphans.removeAll { $0.id == orphan.id }
    }
    for item in plan.items {
      for stray in item.strays {
        try Task.checkCancellation()
        progress(.removal(title: item.page.title, attachment: stray.title))
        try await wiki.delete(attachment: stray.id, named: stray.title, title: item.page.title)
        summary.removedAttachments += 1
      }
    }
  }
}
