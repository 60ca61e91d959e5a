/// How a page that is there relates to what Casebook wrote.
struct Standing {
  let existing: RemotePage
  let record: PageRecord?
  let key: String
  private(set) var conflict: Conflict.Reason?
  /// The fingerprint of a version that was written and not yet noted.
  private var unnoted: String?
  /// Whether the version that is there was found to be what would be written.
  private var isRight = false

  init(of existing: RemotePage, key: String) {
    (self.existing, self.key) = (existing, key)
    record = existing.record
    let number = existing.version.number
    guard let record else {
      unnoted = Fingerprint.digest(in: existing.version.message)
      conflict = unnoted == nil ? .notOurs : nil
      return
    }
    guard number > record.version else { return }
    unnoted = Fingerprint.digest(in: existing.version.message)
    conflict = unnoted == nil ? .editedByHand(version: number) : nil
  }

  /// Whether the version that is there may be one that Casebook wrote without coming to note it, on
  /// a server that does not keep messages.
  var mayBeOurs: Bool {
    let message = existing.version.message ?? ""
    return conflict != nil && message.isEmpty
      && existing.version.number == (record?.version ?? 0) + 1
  }

  /// Takes the version for Casebook's: it is what would be written, so that nothing is lost.
  mutating func adopt() { (conflict, isRight) = (nil, true) }

  /// Returns which of title, body and parent are not as they should be.
  func contentChanges(
    to page: PageSet.Page, at placement: Placement, fingerprint: String
  ) -> Set<Plan.Change> {
    var changes: Set<Plan.Change> = existing.title == page.title ? [] : [.title]
    if unnoted == fingerprint { return changes }
    let isOlder = existing.version.number < (record?.version ?? 0)
    let hasBody = record?.body == PageRecord.digest(ofBody: page.body)
    if !isRight, conflict != nil || unnoted != nil || isOlder || !hasBody { changes.insert(.body) }
    if let parent = record?.parent, parent != placement.description { changes.insert(.parent) }
    if record == nil, !isRight || !isBelow(placement) { changes.insert(.parent) }
    return changes
  }

  /// Whether a page without a record stands where it should, as far as the server tells.
  private func isBelow(_ placement: Placement) -> Bool {
    switch placement {
    case .page(let id): existing.parent == id
    case .below: existing.parent != nil
    case .top: true
    }
  }

  /// Whether everything was noted when it was last published.
  func isRecorded(_ fingerprint: String) -> Bool {
    record?.key == key && record?.hash == fingerprint
      && record?.version == existing.version.number
  }
}
