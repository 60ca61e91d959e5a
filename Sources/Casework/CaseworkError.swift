/// Why a case could not be set up or run.
public enum CaseworkError: Error, Equatable, CustomStringConvertible {
  case notAnAssignment(String)
  case unknownSetting(String, case: Slug, known: [String])
  case unusableSetting(String, value: String, case: Slug, reason: String)
  case undeclaredMetric(String, case: Slug, known: [String])
  case unknownDataSet(String, case: Slug, known: [String])

  public var description: String {
    switch self {
    case .notAnAssignment(let text):
      "'\(text)' is not of the form name=value, such as epochs=3."
    case .unknownSetting(let name, let slug, let known):
      "\(slug) has no setting '\(name)'.\(suggestion(for: name, among: known)) "
        + "Its settings: \(known.joined(separator: ", "))."
    case .unusableSetting(let name, let value, let slug, let reason):
      "\(slug) cannot use \(name)=\(value): \(reason)."
    case .undeclaredMetric(let name, let slug, let known):
      "\(slug) reports '\(name)', which Catalog/\(slug).md does not declare."
        + "\(suggestion(for: name, among: known)) Declared: \(known.joined(separator: ", "))."
    case .unknownDataSet(let name, let slug, let known):
      "\(slug) asks for the data set '\(name)', which Catalog/\(slug).md does not name."
        + " It names: \(known.joined(separator: ", "))."
    }
  }
}
