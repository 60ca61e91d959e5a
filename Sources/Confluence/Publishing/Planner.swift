import Digests
import Foundation
import Pages

/// Compares a set of pages with a space.
struct Planner: Sendable {
  let wiki: any WikiInterface
  let isOverwriting: Bool
  /// Whether the text of each page that changes is compared with the one that is there.
  var comparesText = false

  private var token: Token { wiki.exchange.token }

  func plan(_ set: PageSet, under parentTitle: String?) async throws -> Plan {
    let space = try await wiki.home()
    let (inventory, found) = try await Inventory.read(
      wiki, in: space, for: set, belowTitle: parentTitle)
    let top = try top(parentTitle, found, set: set, in: inventory, space: space)
    var items: [Plan.Item] = []
    var created: Set<String> = []
    var ids: [String: String] = [:]
    for page in set.pages {
      try Task.checkCancellation()
      let placement = page.parent.map { Placement.below(key: $0) } ?? top
      var item = try await readableItem(
        page, at: placement, in: inventory, isParentNew: page.parent.map(created.contains) ?? false)
      if item.action == .create { created.insert(page.key) }
      ids[page.key] = item.existing?.id
      if let place = inventory.otherPlace(of: item, below: placement.id(among: ids)) {
        item.takeNote(ofMoveTo: cleaned(place), isUndone: isOverwriting)
      }
      items.append(item)
    }
    let used = Set(items.compactMap { $0.existing?.id })
    var orphans: [Orphan] = []
    for (page, hasPagesBelow) in inventory.orphans(except: used) {
      orphans.append(try await orphan(page, hasPagesBelow: hasPagesBelow))
    }
    return Plan(items: items, orphans: orphans, space: space)
  }

  private func top(
    _ title: String?, _ page: RemotePage?, set: PageSet, in inventory: Inventory,
    space: RemoteSpace
  ) throws -> Placement {
    if let title, page == nil {
      throw ConfluenceError.noParent(title: title, space: wiki.space)
    }
    guard let id = page?.id ?? space.home else { return .top }
    let topTitle = inventory.title(of: id)
    guard
      !set.pages.contains(where: {
        $0.title.lowercased() == topTitle?.lowercased() || inventory.page(for: $0)?.id == id
      })
    else { throw ConfluenceError.parentIsPublished(title: token.cleaned(topTitle ?? "")) }
    return .page(id: id)
  }

  private func cleaned(_ place: Plan.Place) -> Plan.Place {
    guard case .below(let title) = place else { return place }
    return .below(title: token.cleaned(title))
  }

  /// Compares one page with the one that is there; one that the token may not read is a conflict.
  private func readableItem(
    _ page: PageSet.Page, at placement: Placement, in inventory: Inventory, isParentNew: Bool
  ) async throws -> Plan.Item {
    let existing = inventory.page(for: page)
    var other = inventory.page(titled: page.title)
    if isOverwriting, existing != nil, other.map(inventory.givesUpTitle) == true { other = nil }
    do {
      return try await item(
        page, at: placement, existing: existing, titled: other, isParentNew: isParentNew)
    } catch let error as ConfluenceError where error.isOfReading {
      let version = existing?.version ?? .unknown
      let conflict = Conflict(
        page: page.title, reason: .unreadable(error.description), author: version.author,
        date: version.date, token: token)
      return Plan.Item(
        page: page, action: .conflict(conflict), placement: placement,
        fingerprint: try Fingerprint.of(page, parent: placement), existing: existing)
    }
  }

  /// Compares one page with the one that is there.
  ///
  /// - Parameters:
  ///   - page: The page as it should be.
  ///   - placement: Where it goes.
  ///   - existing: The page that is meant, if there is one.
  ///   - other: The page that has the title, if there is one.
  ///   - isParentNew: Whether the page above it is created too.
  ///   - attempted: The versions of attachments whose upload was begun.
  /// - Returns: What is done with it.
  /// - Throws: ``ConfluenceError`` or `CancellationError`.
  func item(
    _ page: PageSet.Page, at placement: Placement, existing: RemotePage?,
    titled other: RemotePage?, isParentNew: Bool, attempted: [String: Int] = [:]
  ) async throws -> Plan.Item {
    let fingerprint = try Fingerprint.of(page, parent: placement)
    func item(_ action: Plan.Action, _ existing: RemotePage?) -> Plan.Item {
      Plan.Item(
        page: page, action: action, placement: placement, fingerprint: fingerprint,
        isParentNew: isParentNew, existing: existing)
    }
    guard var existing else {
      if let other {
        return item(.conflict(await conflict(page, .titleTaken(by: other.title), nil, other)), nil)
      }
      var new = item(.create, nil)
      new.labelsToAdd = page.labels
      new.attachments = page.attachments.map { .init(file: $0, action: .create, existing: nil) }
      return new
    }
    if let other, other.id != existing.id {
      let taken = await conflict(page, .titleTaken(by: other.title), existing, other)
      return item(.conflict(taken), existing)
    }
    existing = try await upToDate(existing)
    let standing = try await standing(of: existing, for: page)
    if let reason = standing.conflict, !isOverwriting {
      return item(.conflict(await conflict(page, reason, existing, existing)), existing)
    }
    var changes = standing.contentChanges(to: page, at: placement, fingerprint: fingerprint)
    if isParentNew { changes.insert(.parent) }
    var result = item(.unchanged, existing)
    try await compareLabels(page, standing, &result)
    result.isUnfinished = standing.isUnfinished
    try await compareAttachments(&result, attempted: attempted)
    if !result.labelsToAdd.isEmpty || !result.labelsToRemove.isEmpty { changes.insert(.labels) }
    if result.attachments.contains(where: \.isWritten) { changes.insert(.attachments) }
    if changes.isEmpty, !standing.isRecorded(fingerprint) { changes.insert(.record) }
    if !changes.isEmpty {
      result.action = .update(Plan.Change.allCases.filter(changes.contains))
    }
    if comparesText, changes.contains(.body) {
      let body = try await wiki.page(existing.id, title: existing.title, withBody: true).body
      result.difference = body.flatMap { TextDifference(fromBody: $0, toBody: page.body) }
    }
    return result
  }

  /// Reads a page again whose version the listing left out, or showed older than what is noted.
  private func upToDate(_ listed: RemotePage) async throws -> RemotePage {
    let expected = max(1, listed.record?.version ?? 1)
    guard listed.version.number < expected else { return listed }
    var page = listed
    page.version = try await wiki.page(listed.id, title: listed.title, withBody: false).version
    if page.version.number >= expected { return page }
    let reason = "the wiki shows an older version of '\(listed.title)' than was written"
    let newer = try await wiki.exchange.patiently(reason) {
      let now = try await wiki.page(listed.id, title: listed.title, withBody: false).version
      return now.number >= expected ? now : nil
    }
    page.version = newer ?? page.version
    return page
  }

  private func standing(
    of existing: RemotePage, for page: PageSet.Page
  ) async throws -> Standing {
    var standing = Standing(of: existing, key: page.key)
    guard standing.mayBeOurs, existing.title == page.title else { return standing }
    let body = try await wiki.page(existing.id, title: existing.title, withBody: true).body
    if let body, let there = StorageText(body), there == StorageText(page.body) {
      standing.adopt()
    }
    return standing
  }

  private func orphan(_ page: RemotePage, hasPagesBelow: Bool) async throws -> Orphan {
    let page = try await upToDate(page)
    let standing = Standing(of: page, key: page.record?.key ?? "")
    var obstacle: Orphan.Obstacle? = hasPagesBelow ? .hasPagesBelow : nil
    if let reason = standing.conflict, !isOverwriting {
      obstacle = .editedByHand(
        Conflict(
          page: page.title, reason: reason, author: await wiki.author(of: page.version),
          date: page.version.date, token: token))
    }
    return Orphan(id: page.id, title: token.cleaned(page.title), obstacle: obstacle)
  }

  /// Says why a page is left, and who wrote `other`, which is in the way.
  private func conflict(
    _ page: PageSet.Page, _ reason: Conflict.Reason, _ existing: RemotePage?, _ other: RemotePage
  ) async -> Conflict {
    let presentTitle = existing.flatMap { $0.record == nil ? nil : $0.title }
    return Conflict(
      page: page.title, presentTitle: presentTitle, reason: reason,
      author: await wiki.author(of: other.version), date: other.version.date, token: token)
  }

  private func compareLabels(
    _ page: PageSet.Page, _ standing: Standing, _ item: inout Plan.Item
  ) async throws {
    let existing = standing.existing
    let listed =
      if let labels = existing.labels { labels } else {
        try await wiki.labels(existing.id, title: existing.title)
      }
    let labels = Set(listed)
    item.labelsToAdd = page.labels.filter { !labels.contains($0) }
    item.labelsToRemove = (standing.record?.labels ?? []).filter {
      !page.labels.contains($0) && labels.contains($0)
    }
  }

  /// Compares the attachments of a page that is there with those that should be.
  func compareAttachments(_ item: inout Plan.Item, attempted: [String: Int]) async throws {
    guard let existing = item.existing else { return }
    let (page, noted) = (item.page, existing.record?.attachments)
    guard !page.attachments.isEmpty || noted != [:] else { return }
    let listed = try await wiki.attachments(existing.id, title: existing.title)
    item.attachments = []
    for file in page.attachments {
      let remote = listed.first { $0.title.lowercased() == file.name.lowercased() }
      let isBegun = remote.map { remote in
        remote.version.isOfAuthor(of: existing.version)
          && (attempted[file.name] == remote.version.number
            || item.isUnfinished && noted?[file.name] == nil)
      }
      let state = AttachmentState(
        of: remote, file: file, noted: noted?[file.name], isBegun: isBegun ?? false)
      var action = state.action
      if case .isOthers(let reason) = state, let remote {
        action =
          isOverwriting
          ? .update
          : .conflict(
            Conflict(
              page: page.title, attachment: file.name, reason: reason,
              author: await wiki.author(of: remote.version), date: remote.version.date,
              token: token))
      }
      item.attachments.append(.init(file: file, action: action, existing: remote))
    }
    let names = Set(page.attachments.map { $0.name.lowercased() })
    item.strays = listed.filter { remote in
      !names.contains(remote.title.lowercased())
        && AttachmentState.isOurs(remote, noted: noted?[remote.title])
    }
  }
}
