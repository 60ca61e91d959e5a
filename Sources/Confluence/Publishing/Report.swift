public import Foundation
import Pages

/// What was planned or done, for programs to read: one JSON document.
public struct Report: Encodable, Sendable {
  struct Page: Encodable {
    struct Attachment: Encodable { let name, action: String }
    struct Note: Encodable {
      let attachment: String?
      let author, date, reason: String
    }

    let key, title: String
    let id: String?
    /// What was planned.
    let action: String
    let changes: [String]
    /// What was done; missing in a dry run and for pages that were not come to.
    let result: String?
    let attachments: [Attachment]
    let conflicts: [Note]
    /// The title of the page that somebody put it below, or `(top of the space)`, if it is left there.
    let movedBelow: String?
    let error: String?
  }
  struct Remnant: Encodable {
    let id, title: String
    let isRemovable: Bool
  }

  let flavour, address, space: String
  let isDryRun: Bool
  /// `planned`, `done`, `incomplete` (conflicts or pages that failed), `stopped` or `cancelled`.
  let status: String
  var pages: [Page] = []
  var orphans: [Remnant] = []
  var removed: [String] = []
  let error: String?

  /// Reports a plan, and what became of it if it was carried out.
  public init(_ site: ConfluenceSite, plan: Plan, summary: Summary?) {
    (flavour, address, space) = (site.flavour.rawValue, site.address, site.space)
    isDryRun = summary == nil
    (status, error) =
      switch summary?.end {
      case nil: ("planned", nil)
      case .done: (summary?.isComplete == true ? "done" : "incomplete", nil)
      case .stopped(let error): ("stopped", error.description)
      case .cancelled: ("cancelled", nil)
      }
    let outcomes = Dictionary(
      (summary?.outcomes ?? []).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    pages = plan.items.map { Page($0, outcomes[$0.page.key]) }
    orphans = (summary?.orphans ?? plan.orphans).map {
      Remnant(id: $0.id, title: $0.title, isRemovable: $0.obstacle == nil)
    }
    removed = summary?.removed ?? []
  }

  /// Reports that there is no plan, because the wiki could not be read or, without an error, because
  /// the user ended it.
  public init(_ site: ConfluenceSite, isDryRun: Bool, error: ConfluenceError?) {
    (flavour, address, space) = (site.flavour.rawValue, site.address, site.space)
    (self.isDryRun, self.error) = (isDryRun, error?.description)
    status = error == nil ? "cancelled" : "stopped"
  }

  /// The document, with sorted keys in snake case.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(self) + Data("\n".utf8)
  }
}

extension Report.Page {
  fileprivate init(_ item: Plan.Item, _ outcome: Outcome?) {
    (key, title) = (item.page.key, item.page.title)
    id = outcome?.id ?? item.existing?.id
    action = item.action.name
    changes = if case .update(let changes) = item.action { changes.map(\.rawValue) } else { [] }
    result = outcome?.result.rawValue
    attachments = item.attachments.map { .init(name: $0.file.name, action: $0.action.name) }
    conflicts = (outcome?.conflicts ?? item.conflicts).map { conflict in
      Note(
        attachment: conflict.attachment, author: conflict.author, date: conflict.date,
        reason: conflict.reason.name)
    }
    movedBelow =
      switch item.otherPlace {
      case .below(let title): title
      case .top: "(top of the space)"
      case nil: nil
      }
    error = outcome?.error?.description
  }
}

extension Conflict.Reason {
  fileprivate var name: String {
    switch self {
    case .editedByHand: "edited_by_hand"
    case .notOurs: "not_ours"
    case .titleTaken: "title_taken"
    case .unreadable: "unreadable"
    }
  }
}
