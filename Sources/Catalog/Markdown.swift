import CCmark

/// CommonMark with tables and strikethrough, by cmark-gfm.
public enum Markdown {
  /// Why a text could not be read.
  public enum Failure: Error, CustomStringConvertible {
    case noParser
    case missingExtension(String)

    public var description: String {
      switch self {
      case .noParser: "cmark-gfm could not read a text: it has no memory."
      case .missingExtension(let name):
        "cmark-gfm has no extension '\(name)'. Install libcmark-gfm-extensions-dev."
      }
    }
  }

  /// Returns the tree of a text as cmark's XML.
  ///
  /// - Throws: ``Failure`` if cmark-gfm lacks what it needs.
  public static func xml(of text: String) throws -> String {
    cmark_gfm_core_extensions_ensure_registered()
    guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { throw Failure.noParser }
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough"] {
      guard let found = cmark_find_syntax_extension(name) else {
        throw Failure.missingExtension(name)
      }
      cmark_parser_attach_syntax_extension(parser, found)
    }
    cmark_parser_feed(parser, text, text.utf8.count)
    guard let document = cmark_parser_finish(parser) else { throw Failure.noParser }
    defer { cmark_node_free(document) }
    guard let xml = cmark_render_xml(document, CMARK_OPT_DEFAULT) else { throw Failure.noParser }
    defer { cmark_get_default_mem_allocator().pointee.free(xml) }
    return String(cString: xml)
  }
}
