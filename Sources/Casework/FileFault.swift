import Foundation

/// What the system says of a failed call on a file.
package enum FileFault {
  /// Returns the words for an error code of the C library.
  package static func words(for code: Int32) -> String { String(cString: strerror(code)) }

  /// Returns the words for an error of Foundation, those of the system if it has any.
  package static func words(for error: any Error) -> String {
    let error = error as NSError
    let cause = (error.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError } ?? error
    if cause.domain == NSPOSIXErrorDomain { return words(for: Int32(cause.code)) }
    guard error.domain == NSCocoaErrorDomain else { return error.localizedDescription }
    return switch CocoaError.Code(rawValue: error.code) {
    case .fileNoSuchFile, .fileReadNoSuchFile: words(for: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: words(for: EACCES)
    case .fileWriteOutOfSpace: words(for: ENOSPC)
    case .fileWriteVolumeReadOnly: words(for: EROFS)
    case .fileWriteFileExists: words(for: EEXIST)
    case .fileReadUnknown: "it cannot be read"
    case .fileWriteUnknown: "it cannot be written"
    default: error.localizedDescription
    }
  }
}
