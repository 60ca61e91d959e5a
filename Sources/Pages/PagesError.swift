/// Why pages could not be built or written.
public enum PagesError: Error, Equatable, CustomStringConvertible {
  case cannotWriteMarkup(String)
  case notWellFormed(String, reason: String)
  case faultyPage(String, faults: [StorageFault])
  case notOurs(folder: String)
  case cannotWrite(path: String, reason: String)
  case missingAsset(path: String, reason: String)
  case cannotDraw(figure: String, reason: String)
  case repeatedRun(String)
  case emptyCrate

  public var description: String {
    switch self {
    case .cannotWriteMarkup(let reason):
      "A page could not be written as XML: \(reason). This is a fault of Casebook's own; please "
        + "report it."
    case .notWellFormed(let what, let reason):
      "\(what) is not well-formed XML: \(reason)."
    case .faultyPage(let title, let faults):
      "The page '\(title)' is not sound storage format, so nothing was written: "
        + faults.map(\.description).joined(separator: "; ")
    case .notOurs(let folder):
      "\(folder) exists and was not written by 'publish' (it lacks the file "
        + "'\(SiteWriter.marker)'), so it was left alone. Move it away, or publish to another folder."
    case .cannotWrite(let path, let reason):
      "\(path) could not be written: \(reason). The pages that stood there are unchanged."
    case .missingAsset(let path, let reason):
      "The site's asset \(path) could not be read: \(reason). It belongs to the folder site/assets "
        + "of the source."
    case .cannotDraw(let figure, let reason):
      "The figure '\(figure)' could not be drawn: \(reason)."
    case .repeatedRun(let id):
      "The run \(id) was given twice; name each run to publish once."
    case .emptyCrate:
      "There is no finished run to put into a crate; run a case, or choose other runs with --where "
        + "or --run."
    }
  }
}
