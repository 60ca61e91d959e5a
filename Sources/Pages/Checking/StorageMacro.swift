/// A macro as Atlassian documents it: its body, its parameters, and whether it stands in a line.
struct StorageMacro: Sendable {
  enum Body: Sendable { case none, rich, plain }

  /// What a parameter may say.
  enum Value: Sendable {
    /// Any text of one line.
    case text
    case boolean
    case number(ClosedRange<Int>)
    case oneOf(Set<String>)
    /// A name without blanks.
    case name
    case language
    /// A link to a page.
    case page
    case attachment
  }

  var body: Body
  var isInline = false
  var parameters: [String: Value] = [:]
  /// One of these is needed, if there are any.
  var needed: Set<String> = []

  /// The macros by name; a page may use no other.
  ///
  /// `html` and `html-include` are left out: servers
  /// have them switched off.
  static let all: [String: StorageMacro] = [
    "toc": StorageMacro(
      body: .none,
      parameters: [
        "type": .oneOf(["list", "flat"]), "outline": .boolean,
        "style": .oneOf([
          "none", "default", "disc", "circle", "square", "decimal", "lower-alpha", "lower-roman",
          "upper-alpha", "upper-roman",
        ]), "indent": .text, "separator": .text, "minLevel": level, "maxLevel": level,
        "include": .text, "exclude": .text, "printable": .boolean, "class": .text,
        "absoluteUrl": .boolean,
      ]),
    "children": StorageMacro(
      body: .none,
      parameters: [
        "all": .boolean, "allChildren": .boolean, "depth": count, "page": .page,
        "sort": .oneOf(["title", "creation", "modified"]), "reverse": .boolean, "first": count,
        "style": .oneOf(["h1", "h2", "h3", "h4", "h5", "h6"]),
        "excerptType": .oneOf(["none", "simple", "rich content"]),
      ]),
    "status": StorageMacro(
      body: .none, isInline: true,
      parameters: [
        "colour": .oneOf(["Grey", "Red", "Yellow", "Green", "Blue", "Purple"]), "title": .text,
        "subtle": .boolean,
      ]),
    "info": panel, "note": panel, "tip": panel, "warning": panel,
    "panel": StorageMacro(
      body: .rich,
      parameters: [
        "title": .text, "bgColor": .text, "titleBGColor": .text, "titleColor": .text,
        "borderColor": .text, "borderStyle": .oneOf(["solid", "dashed", "dotted", "none"]),
        "borderWidth": .number(0...100), "panelIcon": .text, "panelIconId": .text,
        "panelIconText": .text,
      ]),
    "expand": StorageMacro(body: .rich, parameters: ["title": .text]),
    "code": StorageMacro(
      body: .plain,
      parameters: [
        "language": .language, "title": .text, "linenumbers": .boolean, "collapse": .boolean,
        "firstline": .number(0...1_000_000),
        "theme": .oneOf([
          "Confluence", "DJango", "Eclipse", "Emacs", "FadeToGrey", "Midnight", "RDark", "Default",
        ]),
      ]),
    "noformat": StorageMacro(body: .plain, parameters: ["title": .text, "nopanel": .boolean]),
    "details": StorageMacro(body: .rich, parameters: ["id": .text, "hidden": .boolean]),
    "detailssummary": StorageMacro(
      body: .none,
      parameters: [
        "cql": .text, "label": .text, "headings": .text, "firstcolumn": .text, "sortBy": .text,
        "reverseSort": .boolean, "pageSize": count, "id": .text,
      ], needed: ["cql", "label"]),
    "attachments": StorageMacro(
      body: .none,
      parameters: [
        "patterns": .text, "sortBy": .oneOf(["date", "size", "name", "created date"]),
        "sortOrder": .oneOf(["ascending", "descending"]), "old": .boolean, "upload": .boolean,
        "preview": .boolean, "labels": .text,
      ]),
    "chart": StorageMacro(
      body: .rich,
      parameters: [
        "type": .oneOf([
          "pie", "bar", "line", "area", "xyLine", "xyBar", "xyArea", "xyStep", "scatter",
          "timeSeries", "gantt",
        ]), "orientation": .oneOf(["vertical", "horizontal"]),
        "dataOrientation": .oneOf(["horizontal", "vertical"]), "legend": .boolean, "width": count,
        "height": count, "title": .text, "xLabel": .text, "yLabel": .text, "3D": .boolean,
        "stacked": .boolean, "dataDisplay": .text, "timeSeries": .boolean, "dateFormat": .text,
        "colors": .text,
      ]),
    "excerpt": StorageMacro(
      body: .rich,
      parameters: [
        "name": .text, "hidden": .boolean,
        "atlassian-macro-output-type": .oneOf(["INLINE", "BLOCK"]),
      ]),
    "excerpt-include": StorageMacro(
      body: .none, parameters: ["": .page, "name": .text, "nopanel": .boolean], needed: [""]),
    "include": StorageMacro(body: .none, parameters: ["": .page], needed: [""]),
    "jira": StorageMacro(
      body: .none, isInline: true,
      parameters: [
        "key": .text, "jqlQuery": .text, "server": .text, "serverId": .text, "columns": .text,
        "maximumIssues": count, "count": .boolean, "showSummary": .boolean,
      ], needed: ["key", "jqlQuery"]),
    "anchor": StorageMacro(body: .none, isInline: true, parameters: ["": .name], needed: [""]),
    "view-file": StorageMacro(
      body: .none, isInline: true, parameters: ["name": .attachment, "height": count],
      needed: ["name"]),
    "contentbylabel": StorageMacro(
      body: .none,
      parameters: [
        "cql": .text, "label": .text, "labels": .text, "max": count, "showLabels": .boolean,
        "showSpace": .boolean, "sort": .text, "reverse": .boolean, "title": .text,
        "excerptType": .text, "type": .text, "operator": .text,
      ], needed: ["cql", "label", "labels"]),
    "pagetree": StorageMacro(
      body: .none,
      parameters: [
        "root": .page, "sort": .text, "excerpt": .boolean, "reverse": .boolean,
        "searchBox": .boolean, "expandCollapseAll": .boolean, "startDepth": count,
      ]),
    "livesearch": StorageMacro(
      body: .none,
      parameters: [
        "spaceKey": .text, "size": .text, "placeholder": .text, "type": .text,
        "additional": .text, "labels": .text,
      ]),
    "section": StorageMacro(body: .rich, parameters: ["border": .boolean]),
    "column": StorageMacro(body: .rich, parameters: ["width": .text]),
  ]

  private static let panel = StorageMacro(
    body: .rich, parameters: ["title": .text, "icon": .boolean])
  private static let level = Value.number(1...6)
  private static let count = Value.number(1...100_000)
}
