import Foundation

/// File systems that several machines write to, on which SQLite's locks and shared memory do not hold
/// ([sqlite.org/wal.html](https://sqlite.org/wal.html), [sqlite.org/faq.html](https://sqlite.org/faq.html#q5)).
public enum SharedFolder {
  private static let kinds: Set<String> = [
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.ceph", "fuse.gcsfuse", "fuse.glusterfs",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
    "nfs4", "ocfs2", "orangefs", "panfs", "pvfs2", "smb2", "smb3", "smbfs",
  ]

  /// Returns the kind of file system that a folder is on, if it is one of these.
  ///
  /// - Parameter path: A folder, which need not be there yet.
  /// - Returns: Such as `nfs4`, or `nil` where locks hold.
  public static func kind(of path: String) -> String? {
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    return kind(of: nearest(path), mounts: mounts)
  }

  // By the text of `/proc/self/mountinfo` (proc(5)), and a path without links.
  static func kind(of path: String, mounts: String) -> String? {
    var best: (point: String, kind: String)?
    for line in mounts.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count > 6, let end = fields.firstIndex(where: { $0.elementsEqual("-".utf8) }),
        end + 1 < fields.count
      else { continue }
      let point = unescaped(Substring(fields[4]))
      let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
      // Of two mounts on one point, the later hides the earlier.
      guard isAbove, point.utf8.count >= best?.point.utf8.count ?? 0 else { continue }
      best = (point, String(Substring(fields[end + 1])))
    }
    return best.flatMap { kinds.contains($0.kind) ? $0.kind : nil }
  }

  /// The folder, or the nearest above it that is there, without links.
  private static func nearest(_ path: String) -> String {
    var path = path
    while true {
      if let known = realpath(path.isEmpty ? "." : path, nil) {
        defer { free(known) }
        return String(cString: known)
      }
      guard !path.isEmpty, path != "/" else { return path }
      path = (path as NSString).deletingLastPathComponent
    }
  }

  /// Spaces and the like stand as three octal digits.
  private static func unescaped(_ field: Substring) -> String {
    guard field.contains("\\") else { return String(field) }
    var text = String(field)
    for (code, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
      text = text.replacingOccurrences(of: code, with: character)
    }
    return text
  }
}
