import Pages

/// Whether a body is well-formed in the way that Confluence asks for: its prefixes are bound by the
/// server, and it declares none itself.
enum BodyCheck {
  /// Returns what Confluence would say, or `nil`.
  static func fault(in body: String, _ state: StandInWiki.State) -> String? {
    if state.refusesEmbeddedEnds, body.contains("]]]]>") {
      return "Illegal input: CDATA block has embedded ']]>' in it (index 7)"
    }
    guard StorageText(body) == nil || body.contains("xmlns") else { return nil }
    return "com.atlassian.confluence.api.service.exceptions.BadRequestException: Error parsing "
      + "xhtml: Unexpected close tag </p>; expected </br>."
  }
}
