public import Casework
import Foundation
import Synchronization

/// The entries of a folder, read and checked.
///
/// ```swift
/// let catalog = try Catalog.read(folder: "Catalog")
/// for fault in catalog.faults { print(fault) }
/// catalog.entry(slug)?.title
/// ```
public struct Catalog: Sendable {
  /// The folder, as it was given.
  public let folder: String
  /// The entries without a fault, in the order of their slugs.
  public let entries: [Entry]
  /// All faults of all files, in the order of files and lines.
  public let faults: [Fault]

  /// What could be read of every file, sound or not.
  let drafts: [Draft]

  /// Reads all entries: the files `*.md` directly in a folder.
  ///
  /// - Throws: ``CatalogError`` if the folder cannot be read or holds no entry. What is wrong in a
  ///   file is not thrown but noted in ``faults``.
  public static func read(folder: String) throws(CatalogError) -> Catalog {
    let trimmed = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: trimmed)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: trimmed)
      let reason = isThere ? "it is not a folder, or not readable" : "it does not exist"
      throw CatalogError.unreadableFolder(folder, reason: reason)
    }
    let entryNames = names.filter { $0.hasSuffix(".md") && !$0.hasPrefix(".") }.sorted()
    guard !entryNames.isEmpty else { throw CatalogError.noEntries(folder: folder) }
    return Catalog(folder: trimmed, drafts: drafts(entryNames.map { "\(trimmed)/\($0)" }))
  }

  /// Reads some entries by themselves, without the checks between files.
  ///
  /// It is enough to know what their metrics are. Those that are not there or not sound are left out.
  public static func read(folder: String, only slugs: Set<Slug>) -> Catalog {
    let drafts = drafts(slugs.map(\.rawValue).sorted().map { "\(folder)/\($0).md" })
    return Catalog(folder: folder, entries: drafts.compactMap(\.entry))
  }

  /// Returns the names of the metrics that entries declare, in their order.
  ///
  /// Entries that are not there or not legible are left out. A list of runs asks no more, and to read
  /// whole entries for it takes longer than all else.
  public static func metricNames(folder: String, of slugs: Set<Slug>) -> [Slug: [String]] {
    var names: [Slug: [String]] = [:]
    for slug in slugs {
      let path = "\(folder)/\(slug).md"
      names[slug] =
        content(of: path, FaultList(file: path)).flatMap { metricNames(in: Array($0)) }
        ?? draft(path).entry?.metrics.map(\.name)
    }
    return names
  }

  /// The names, where they stand as plain keys below `metrics:`; `nil` where YAML is needed to tell.
  private static func metricNames(in text: [UInt8]) -> [String]? {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.elementsEqual("metrics:".utf8) }) else {
      return nil
    }
    var names: [String] = []
    for line in lines[(start + 1)...] {
      let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
      // What stands further in says more of a metric.
      if line.isEmpty || indent > 2 { continue }
      if indent == 0 { break }
      let name = line.dropFirst(2).prefix { $0 != UInt8(ascii: ":") }
      let isPlain = name.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
      }
      let end = line.dropFirst(2 + name.count)
      guard indent == 2, isPlain, !name.isEmpty, end.first == UInt8(ascii: ":"),
        end.count == 1 || end.dropFirst().first == UInt8(ascii: " ")
      else { return nil }
      names.append(String(decoding: name, as: UTF8.self))
    }
    return names.isEmpty ? nil : names
  }

  private init(folder: String, entries: [Entry]) {
    (self.folder, self.entries, faults, drafts) = (folder, entries, [], [])
  }

  /// Reads files side by side, since every command waits for all of them.
  private static func drafts(_ paths: [String]) -> [Draft] {
    guard paths.count > 3 else { return paths.map(draft) }
    let found = Mutex([Draft?](repeating: nil, count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { index in
      let draft = draft(paths[index])
      found.withLock { $0[index] = draft }
    }
    return found.withLock { $0.compactMap { $0 } }
  }

  /// Reads one file; what cannot be read is a fault of the file.
  private static func draft(_ path: String) -> Draft {
    let faults = FaultList(file: path)
    let stem = String(path.split(separator: "/").last?.dropLast(3) ?? "")
    guard let data = content(of: path, faults) else {
      var draft = Draft(file: path)
      draft.slug = Slug(rawValue: stem)
      draft.faults = faults.faults
      return draft
    }
    return EntryReader(faults: faults).read(data, stem: stem)
  }

  private static func content(of path: String, _ faults: FaultList) -> Data? {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      faults.add(1, "this is not a file; an entry is one.")
      return nil
    }
    // One byte more than an entry may have: enough to refuse a larger file without reading it.
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: EntryText.largestFile + 1) ?? Data()
    else {
      faults.add(1, "the file cannot be read; check its permissions.")
      return nil
    }
    return data
  }

  init(folder: String, drafts: [Draft]) {
    var drafts = drafts
    Self.compareTitles(&drafts)
    Self.resolveData(&drafts)
    (self.folder, self.drafts) = (folder, drafts)
    faults = drafts.flatMap(\.faults).sorted()
    entries = drafts.filter(\.faults.isEmpty).compactMap(\.entry).sorted { $0.slug < $1.slug }
  }

  private static func compareTitles(_ drafts: inout [Draft]) {
    var first: [String: Draft] = [:]
    for index in drafts.indices {
      guard let title = drafts[index].title else { continue }
      let key = title.text.lowercased().split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      if let other = first[key], let line = other.title?.line {
        drafts[index].faults.append(
          Fault(
            file: drafts[index].file, line: title.line,
            message: "the title '\(title.text)' is already that of \(other.file):\(line); "
              + "every entry has its own."))
      } else {
        first[key] = drafts[index]
      }
    }
  }

  private static func resolveData(_ drafts: inout [Draft]) {
    var declared: [String: (file: String, line: Int)] = [:]
    for index in drafts.indices {
      for (dataSet, line) in drafts[index].declaredData {
        if let other = declared[dataSet.name] {
          let message =
            "the data set '\(dataSet.name)' is already declared at \(other.file):\(other.line); "
            + "name it here without the declaration."
          drafts[index].faults.append(Fault(file: drafts[index].file, line: line, message: message))
        } else {
          declared[dataSet.name] = (drafts[index].file, line)
        }
      }
    }
    let known = declared.keys.sorted()
    for index in drafts.indices {
      for (name, line) in drafts[index].dataNames where declared[name] == nil {
        let message =
          "no entry declares the data set '\(name)'.\(suggestion(for: name, among: known)) "
          + "Declared: \(known.isEmpty ? "none" : known.joined(separator: ", "))."
        drafts[index].faults.append(Fault(file: drafts[index].file, line: line, message: message))
      }
    }
  }

  /// Returns the entry of a case, if it has a sound one.
  public func entry(_ slug: Slug) -> Entry? { entries.first { $0.slug == slug } }

  /// Returns a data set that one of the sound entries declares.
  public func dataSet(named name: String) -> DataSet? {
    entries.lazy.flatMap(\.declaredData).first { $0.name == name }
  }

  /// All data sets that sound entries declare, by name.
  public var dataSets: [DataSet] {
    entries.flatMap(\.declaredData).sorted { $0.name < $1.name }
  }
}
