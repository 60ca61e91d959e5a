import Foundation

extension DecodingError {
  /// What is wrong, and where in the document.
  package var words: String {
    let (context, what): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        (context, "a value of another kind is expected")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (.init(codingPath: [], debugDescription: ""), "it cannot be read")
      }
    let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    let text = what.trimmingCharacters(in: CharacterSet(charactersIn: "."))
    return place.isEmpty ? text : "\(place.joined(separator: ".")): \(text)"
  }
}
