import Foundation

/// Does what a plan says.
///
/// Of each page first the content is written, then labels, attachments, and last the record: when
/// it breaks off anywhere, the next plan sees what is missing. The same is done within a run: after
/// a failure that leaves open what was stored, the page is read and planned anew, and only what is
/// missing is written.
struct Publisher {
  let planner: Planner
  let plan: Plan
  let isPruning: Bool
  let progress: @Sendable (Progress) -> Void

  var ids: [String: String] = [:]
  var titles: [String: String] = [:]
  /// The keys of the pages that were created, which servers may show late.
  var fresh: Set<String> = []
  /// The versions of attachments of the page at hand whose upload was begun.
  var attempted: [String: Int] = [:]
  /// The keys of pages that were removed while those below them were created.
  var gone: Set<String> = []
  /// What the wiki calls the pages that were renamed so that others could get their titles.
  var renamed: Set<String> = []
  /// How many requests wrote something.
  var writes = 0
  var summary = Summary()

  var wiki: any WikiInterface { planner.wiki }

  /// So many pages in a row that the server fails on are taken for a server that is down.
  private static let failuresInARow = 3

  init(
    planner: Planner, plan: Plan, isPruning: Bool,
    progress: @escaping @Sendable (Progress) -> Void
  ) {
    (self.planner, self.plan, self.isPruning) = (planner, plan, isPruning)
    self.progress = progress
    summary.orphans = plan.orphans
  }

  mutating func publish() async -> Summary {
    do {
      for item in plan.items { ids[item.page.key] = item.existing?.id }
      for (index, item) in plan.items.enumerated() { try await publish(item, index: index) }
      if isPruning { try await prune() }
    } catch let error as ConfluenceError {
      summary.end = .stopped(error)
    } catch {
      summary.end = .cancelled
    }
    return summary
  }

  private mutating func publish(_ item: Plan.Item, index: Int) async throws {
    try Task.checkCancellation()
    titles[item.page.key] = item.page.title
    var outcome = Outcome(item)
    for conflict in item.conflicts { progress(.conflict(conflict)) }
    switch item.action {
    case .unchanged: outcome.result = .unchanged
    case .conflict: outcome.result = .conflict
    case .create, .update:
      progress(.page(title: item.page.title, index: index + 1, count: plan.items.count))
      do {
        try await write(item, &outcome)
      } catch let error as ConfluenceError {
        (outcome.result, outcome.error) = (.failed, error)
        progress(.failure(title: item.page.title, error))
        summary.outcomes.append(outcome)
        guard error.isOfOnePage, !isDown else { throw error }
        return
      }
    }
    outcome.id = ids[item.page.key]
    summary.outcomes.append(outcome)
  }

  /// Whether the server failed on the last pages, one after the other.
  private var isDown: Bool {
    let last = summary.outcomes.suffix(Self.failuresInARow)
    return last.count == Self.failuresInARow
      && last.allSatisfy { if case .serverFailed = $0.error { true } else { false } }
  }

  /// Writes a page, and looks at it again as long as it is not clear what was stored.
  private mutating func write(_ planned: Plan.Item, _ outcome: inout Outcome) async throws {
    var item = planned
    attempted = [:]
    if planned.action == .create, let found = try await find(planned.page) {
      // Somebody made it since the plan, or the wiki showed it late.
      item = try await anew(planned, found)
    }
    var attempt = 0
    while true {
      note(item.conflicts, &outcome)
      if case .conflict = item.action {
        outcome.result = .conflict
        return
      }
      if item.action == .unchanged { break }
      attempt += 1
      let before = writes
      do {
        try await writeOnce(item, &outcome)
        break
      } catch let error as ConfluenceError where isWorthAnotherLook(error, at: item.page) {
        // What moves on is not counted.
        if writes > before { attempt = 1 }
        guard attempt < wiki.exchange.pace.tries else {
          try await lookAbove(item, after: error)
          throw error.ofHiddenTitle
        }
        try await wiki.exchange.pace.wait(
          wiki.exchange.pace.pause(afterTry: attempt), error.shortReason)
        item = try await lookAgain(at: item, after: error)
      }
    }
    if outcome.result == .unchanged, writes > 0, item.action != .unchanged {
      outcome.result = .updated
    }
  }

  /// Tells of what somebody else wrote since the plan.
  func note(_ conflicts: [Conflict], _ outcome: inout Outcome) {
    for conflict in conflicts where !outcome.conflicts.contains(conflict) {
      outcome.conflicts.append(conflict)
      progress(.conflict(conflict))
    }
  }

  func isWorthAnotherLook(_ error: ConfluenceError, at page: PageSet.Page) -> Bool {
    switch error {
    case .changedMeanwhile, .serverFailed, .connectionFailed: true
    case .notFound: fresh.contains(page.key) || page.parent.map(fresh.contains) ?? false
    case .rejected: error.saysItExists || (page.parent.map(fresh.contains) ?? false)
    default: false
    }
  }

  /// Looks whether the page above a new one was removed since it was written, which then need not be
  /// waited for again.
  private mutating func lookAbove(_ item: Plan.Item, after error: ConfluenceError) async throws {
    guard error.isOfReading || error.isRejection, let above = item.page.parent,
      let id = ids[above]
    else { return }
    do {
      _ = try await wiki.page(id, title: titles[above] ?? above, withBody: false)
    } catch ConfluenceError.notFound {
      gone.insert(above)
      _ = try parent(of: item)
    }
  }

  private func lookAgain(
    at item: Plan.Item, after error: ConfluenceError
  ) async throws -> Plan.Item {
    let page = item.page
    guard let id = ids[page.key] else {
      let found = try await find(page, isThere: error.saysItExists)
      return try await anew(item, found)
    }
    let wiki = wiki
    let found = try await wiki.exchange.patiently("the wiki does not show '\(page.title)' yet") {
      do {
        return try await wiki.page(id, title: page.title, withBody: false)
      } catch ConfluenceError.notFound {
        return nil
      }
    }
    guard let found else { throw error }
    return try await anew(item, found)
  }

  private func anew(_ item: Plan.Item, _ found: RemotePage?) async throws -> Plan.Item {
    var found = found
    if let page = found, page.property == nil {
      found?.property = try await wiki.property(page.id, title: page.title)
    }
    let isMoved = found.map { $0.parent != nil && $0.parent == (try? parent(of: item)) } ?? false
    return try await planner.item(
      item.page, at: item.placement, existing: found, titled: nil,
      isParentNew: item.isParentNew && !isMoved, attempted: attempted)
  }

  /// Looks for the page that has a title, whatever the case of its letters.
  private func find(_ page: PageSet.Page, isThere: Bool = false) async throws -> RemotePage? {
    let (wiki, space, title) = (wiki, plan.space, page.title)
    let found = try await wiki.pages(in: space, titled: title)
    let same = found.first { $0.title.lowercased() == title.lowercased() }
    guard isThere, same == nil else { return same }
    return try await wiki.pages(in: space, titled: nil).first {
      $0.title.lowercased() == title.lowercased()
    }
  }
}
