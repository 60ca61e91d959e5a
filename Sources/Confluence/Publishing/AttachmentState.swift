import Digests

/// How an attachment that is there relates to the file that should be.
enum AttachmentState {
  case isMissing, isRight, isOlder
  case isOthers(Conflict.Reason)

  /// Tells whose an attachment is by its comment, which goes with its version, and else by what was
  /// noted of it.
  ///
  /// - Parameters:
  ///   - remote: The attachment that is there, if there is one.
  ///   - file: The file that should be.
  ///   - noted: What was noted when it was uploaded.
  ///   - isBegun: Whether Casebook may have begun the upload of the version that is there: a server
  ///     that failed in the middle may keep an attachment without its comment.
  init(
    of remote: RemoteAttachment?, file: PageSet.Attachment, noted: PageRecord.Attachment?,
    isBegun: Bool
  ) {
    guard let remote else {
      self = .isMissing
      return
    }
    if let digest = Self.digest(of: remote, noted: noted) {
      // A server that failed in the middle of an upload may keep a torn file.
      let isWhole = remote.size.map { $0 == file.size } ?? true
      self = digest == file.digest.hex && isWhole ? .isRight : .isOlder
    } else if isBegun {
      self = .isOlder
    } else {
      self = .isOthers(noted == nil ? .notOurs : .editedByHand(version: remote.version.number))
    }
  }

  /// Whether Casebook wrote the version that is there.
  static func isOurs(_ remote: RemoteAttachment, noted: PageRecord.Attachment?) -> Bool {
    digest(of: remote, noted: noted) != nil
  }

  private static func digest(
    of remote: RemoteAttachment, noted: PageRecord.Attachment?
  ) -> String? {
    let isNoted = noted?.version == remote.version.number
    return Fingerprint.digest(in: remote.comment) ?? (isNoted ? noted?.sha256 : nil)
  }

  /// What is done about it; what is others' is left.
  var action: Plan.Attachment.Action {
    switch self {
    case .isMissing: .create
    case .isRight: .unchanged
    case .isOlder, .isOthers: .update
    }
  }
}
