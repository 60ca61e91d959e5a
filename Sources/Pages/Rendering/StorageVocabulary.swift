/// What storage format may hold: elements, attributes and macros as Atlassian documents them.
enum StorageVocabulary {
  /// What an element may hold.
  enum Content { case nothing, text, inline, flow, only(Set<String>) }

  static let blocks: Set<String> = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "hr", "div",
    "table", "ac:task-list", "ac:layout",
  ]
  static let inlines: Set<String> = [
    "a", "span", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "code", "tt",
    "small", "big", "cite", "q", "abbr", "br", "kbd", "samp", "var", "time", "ac:image", "ac:link",
    "ac:emoticon", "ac:inline-comment-marker", "ac:placeholder",
  ]
  static let linkBody: Set<String> = [
    "b", "strong", "em", "i", "code", "tt", "sub", "sup", "br", "span", "ac:image",
  ]
  static let resources: Set<String> = [
    "ri:page", "ri:attachment", "ri:url", "ri:blog-post", "ri:space", "ri:shortcut",
    "ri:content-entity", "ri:user",
  ]

  /// What each element holds; one that is missing here is no element of storage format.
  static let content: [String: Content] = {
    var content: [String: Content] = [
      "hr": .nothing, "br": .nothing, "col": .nothing, "ac:emoticon": .nothing,
      "ul": .only(["li"]), "ol": .only(["li"]), "dl": .only(["dt", "dd"]), "li": .flow,
      "dt": .inline, "dd": .flow, "blockquote": .flow, "div": .flow,
      "table": .only(["colgroup", "thead", "tbody", "tfoot"]), "colgroup": .only(["col"]),
      "thead": .only(["tr"]), "tbody": .only(["tr"]), "tfoot": .only(["tr"]),
      "tr": .only(["th", "td"]), "th": .flow, "td": .flow, "ac:rich-text-body": .flow,
      "ac:plain-text-body": .text, "ac:plain-text-link-body": .text,
      "ac:link-body": .only(linkBody), "ac:caption": .flow,
      "ac:image": .only(["ri:attachment", "ri:url", "ac:caption"]),
      "ac:link": .only(resources.union(["ac:link-body", "ac:plain-text-link-body"])),
      "ac:structured-macro": .only(["ac:parameter", "ac:rich-text-body", "ac:plain-text-body"]),
      "ac:parameter": .only(resources.union(["ac:link"])),
      "ac:layout": .only(["ac:layout-section"]), "ac:layout-section": .only(["ac:layout-cell"]),
      "ac:layout-cell": .flow, "ac:task-list": .only(["ac:task"]),
      "ac:task": .only(["ac:task-id", "ac:task-uuid", "ac:task-status", "ac:task-body"]),
      "ac:task-id": .text, "ac:task-uuid": .text, "ac:task-status": .text, "ac:task-body": .flow,
      "ri:attachment": .only(["ri:page"]),
    ]
    for name in blocks.union(inlines) where content[name] == nil { content[name] = .inline }
    for name in resources where content[name] == nil { content[name] = .nothing }
    return content
  }()

  /// Elements in which text may stand although their content is listed.
  static let holdsText: Set<String> = ["ac:link-body", "ac:parameter"]

  static let commonAttributes: Set<String> = ["class", "style", "title", "ac:local-id"]

  /// The attributes of an element beside the common ones of XHTML.
  static let attributes: [String: Set<String>] = [
    "a": ["href"], "time": ["datetime"],
    "th": ["colspan", "rowspan", "scope", "data-highlight-colour"],
    "td": ["colspan", "rowspan", "scope", "data-highlight-colour"],
    "table": ["data-layout", "data-table-width", "data-table-display-mode"],
    "ac:structured-macro": [
      "ac:name", "ac:schema-version", "ac:macro-id", "ac:local-id", "data-layout",
    ],
    "ac:parameter": ["ac:name"],
    "ac:layout-section": ["ac:type", "ac:breakout-mode", "ac:breakout-width"],
    "ac:image": Set(
      [
        "alt", "align", "width", "height", "title", "border", "thumbnail", "class", "style",
        "vspace", "hspace", "layout", "original-width", "original-height", "custom-width", "inline",
      ].map { "ac:\($0)" }),
    "ac:link": ["ac:anchor", "ac:tooltip", "ac:card-appearance", "ac:width", "ac:layout"],
    "ac:emoticon": ["ac:name", "ac:emoji-id", "ac:emoji-shortname", "ac:emoji-fallback"],
    "ac:placeholder": ["ac:type"], "ac:inline-comment-marker": ["ac:ref"],
    "ri:page": ["ri:content-title", "ri:space-key"], "ri:attachment": ["ri:filename"],
    "ri:url": ["ri:value"], "ri:blog-post": ["ri:content-title", "ri:space-key", "ri:posting-day"],
    "ri:space": ["ri:space-key"], "ri:shortcut": ["ri:key", "ri:parameter"],
    "ri:content-entity": ["ri:content-id"], "ri:user": ["ri:account-id", "ri:userkey"],
  ]

  /// Attributes without which an element says nothing.
  static let required: [String: String] = [
    "ac:structured-macro": "ac:name", "ac:parameter": "ac:name", "ri:attachment": "ri:filename",
    "ri:page": "ri:content-title", "ri:url": "ri:value", "ac:layout-section": "ac:type",
  ]

  /// A macro: its body, its parameters, and whether it stands within a line.
  struct Macro {
    enum Body { case none, rich, plain }
    var body: Body
    var isInline = false
    var parameters: Set<String>
  }

  static let macros: [String: Macro] = [
    "toc": Macro(
      body: .none,
      parameters: [
        "type", "outline", "style", "indent", "separator", "minLevel", "maxLevel", "include",
        "exclude", "printable", "class", "absoluteUrl",
      ]),
    "children": Macro(
      body: .none,
      parameters: [
        "all", "depth", "page", "sort", "reverse", "first", "style", "excerptType", "allChildren",
      ]),
    "status": Macro(body: .none, isInline: true, parameters: ["colour", "title", "subtle"]),
    "info": panel, "note": panel, "tip": panel, "warning": panel,
    "panel": Macro(
      body: .rich,
      parameters: [
        "title", "bgColor", "titleBGColor", "titleColor", "borderColor", "borderStyle",
        "borderWidth", "panelIcon", "panelIconId", "panelIconText",
      ]),
    "expand": Macro(body: .rich, parameters: ["title"]),
    "code": Macro(
      body: .plain,
      parameters: ["language", "title", "linenumbers", "collapse", "firstline", "theme"]),
    "noformat": Macro(body: .plain, parameters: ["title", "nopanel"]),
    "details": Macro(body: .rich, parameters: ["id", "hidden"]),
    "detailssummary": Macro(
      body: .none,
      parameters: [
        "cql", "label", "headings", "firstcolumn", "sortBy", "reverseSort", "pageSize", "id",
      ]),
    "attachments": Macro(
      body: .none,
      parameters: ["patterns", "sortBy", "sortOrder", "old", "upload", "preview", "labels"]),
    "excerpt": Macro(body: .rich, parameters: ["name", "hidden", "atlassian-macro-output-type"]),
    "excerpt-include": Macro(body: .none, parameters: ["", "name", "nopanel"]),
    "anchor": Macro(body: .none, isInline: true, parameters: [""]),
    "view-file": Macro(body: .none, parameters: ["name", "height"]),
  ]

  private static let panel = Macro(body: .rich, parameters: ["title", "icon"])
  static let statusColours: Set<String> = ["Grey", "Red", "Yellow", "Green", "Blue", "Purple"]
}
