/// What a page in storage format may hold: elements and attributes as Atlassian documents them.
enum StorageVocabulary {
  /// What an element may hold.
  enum Content { case nothing, text, inline, flow, only(Set<String>) }

  static let blocks: Set<String> = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "hr", "div",
    "table", "ac:task-list", "ac:layout", "ac:adf-extension",
  ]
  static let inlines: Set<String> = [
    "a", "span", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "code", "tt",
    "small", "big", "cite", "q", "abbr", "br", "kbd", "samp", "var", "time", "ac:image", "ac:link",
    "ac:emoticon", "ac:inline-comment-marker",
  ]
  static let linkBody: Set<String> = [
    "b", "strong", "em", "i", "code", "tt", "sub", "sup", "br", "span", "ac:image",
  ]
  static let resources: Set<String> = [
    "ri:page", "ri:attachment", "ri:url", "ri:blog-post", "ri:space", "ri:shortcut",
    "ri:content-entity", "ri:user",
  ]

  /// What each element holds; one that is missing here is no element of a page.
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
      "ac:adf-extension": .only(["ac:adf-node", "ac:adf-fallback"]),
      "ac:adf-node": .only(["ac:adf-attribute", "ac:adf-content", "ac:adf-node"]),
      "ac:adf-attribute": .text, "ac:adf-content": .flow, "ac:adf-fallback": .flow,
      "ri:attachment": .only(["ri:page"]),
    ]
    for name in blocks.union(inlines) where content[name] == nil { content[name] = .inline }
    for name in resources where content[name] == nil { content[name] = .nothing }
    return content
  }()

  /// Elements in which text may stand although their content is listed.
  static let holdsText: Set<String> = ["ac:link-body", "ac:parameter"]

  /// Elements whose text is written as CDATA, and nowhere else is.
  static let holdsCData: Set<String> = ["ac:plain-text-body", "ac:plain-text-link-body"]

  /// Elements that only one of the two knows.
  static let cloudElements: Set<String> = [
    "time", "ac:adf-extension", "ac:adf-node", "ac:adf-attribute", "ac:adf-content",
    "ac:adf-fallback",
  ]

  static let commonAttributes: Set<String> = ["class", "style", "title"]

  /// The attributes of an element beside the common ones of XHTML.
  static let attributes: [String: Set<String>] = [
    "a": ["href"], "th": cellAttributes, "td": cellAttributes,
    "ac:structured-macro": ["ac:name", "ac:schema-version", "ac:macro-id"],
    "ac:parameter": ["ac:name"], "ac:layout-section": ["ac:type"],
    "ac:image": Set(
      [
        "alt", "align", "width", "height", "title", "border", "thumbnail", "class", "style",
        "vspace", "hspace",
      ].map { "ac:\($0)" }),
    "ac:link": ["ac:anchor", "ac:tooltip"], "ac:emoticon": ["ac:name"],
    "ac:inline-comment-marker": ["ac:ref"], "ri:page": ["ri:content-title", "ri:space-key"],
    "ri:attachment": ["ri:filename"], "ri:url": ["ri:value"],
    "ri:blog-post": ["ri:content-title", "ri:space-key", "ri:posting-day"],
    "ri:space": ["ri:space-key"], "ri:shortcut": ["ri:key", "ri:parameter"],
    "ri:content-entity": ["ri:content-id"],
  ]
  private static let cellAttributes: Set<String> = [
    "colspan", "rowspan", "scope", "data-highlight-colour",
  ]

  /// The attributes that only one of the two knows.
  static func attributes(of element: String, for flavour: StorageFlavour) -> Set<String> {
    switch flavour {
    case .cloud: cloudAttributes[element] ?? (element.contains(":") ? [] : ["ac:local-id"])
    case .dataCenter: element == "ri:user" ? ["ri:userkey"] : []
    }
  }

  private static let cloudAttributes: [String: Set<String>] = [
    "time": ["datetime", "ac:local-id"],
    "table": ["data-layout", "data-table-width", "data-table-display-mode", "ac:local-id"],
    "ac:structured-macro": ["ac:local-id", "data-layout"],
    "ac:layout-section": ["ac:breakout-mode", "ac:breakout-width"],
    "ac:image": Set(
      ["layout", "original-width", "original-height", "custom-width", "inline", "local-id"]
        .map { "ac:\($0)" }),
    "ac:link": ["ac:card-appearance", "ac:width", "ac:layout"],
    "ac:emoticon": ["ac:emoji-id", "ac:emoji-shortname", "ac:emoji-fallback"],
    "ri:user": ["ri:account-id"], "ac:adf-node": ["type"], "ac:adf-attribute": ["key"],
  ]

  /// Attributes without which an element says nothing.
  static let required: [String: String] = [
    "ac:structured-macro": "ac:name", "ac:parameter": "ac:name", "ri:attachment": "ri:filename",
    "ri:page": "ri:content-title", "ri:url": "ri:value", "ac:layout-section": "ac:type",
    "ac:emoticon": "ac:name", "ri:space": "ri:space-key", "ri:content-entity": "ri:content-id",
    "a": "href",
  ]

  /// The values that an attribute may have, where they are listed.
  static let values: [String: Set<String>] = [
    "scope": ["row", "col", "rowgroup", "colgroup"],
    "data-layout": [
      "default", "wide", "full-width", "center", "align-start", "align-end",
    ],
    "ac:breakout-mode": ["default", "wide", "full-width"],
    "ac:card-appearance": ["inline", "block", "embed"],
    "ac:align": ["left", "right", "center"],
  ]

  /// The properties of CSS that a page keeps.
  static let styles: Set<String> = [
    "text-align", "text-decoration", "color", "background-color", "width", "margin-left",
    "padding-left", "vertical-align", "list-style-type",
  ]

  /// How many cells a section of a layout has, by its type.
  static func cells(ofSection type: String, for flavour: StorageFlavour) -> Int? {
    let common = [
      "single": 1, "two_equal": 2, "two_left_sidebar": 2, "two_right_sidebar": 2,
      "three_equal": 3, "three_with_sidebars": 3,
    ]
    let cloud = [
      "fixed-width": 1, "four_equal": 4, "five_equal": 5, "three_left_sidebars": 3,
      "three_right_sidebars": 3,
    ]
    return common[type] ?? (flavour == .cloud ? cloud[type] : nil)
  }
}
