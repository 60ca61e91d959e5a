/// Which Confluence a page is written for, where the two differ.
public enum StorageFlavour: String, Sendable, CaseIterable {
  /// Atlassian's own servers, with the new editor.
  case cloud
  /// A server of the institute's own.
  case dataCenter = "dc"

  /// The names by which the code macro knows languages; they are those of the Sphinx Confluence
  /// builder's two editors, as documented for the macro.
  var codeLanguages: Set<String> {
    switch self {
    case .cloud: Self.commonLanguages.union(Self.cloudLanguages)
    case .dataCenter: Self.commonLanguages.union(Self.dataCenterLanguages)
    }
  }

  /// The macro's name for a language as Markdown names it, or `nil` if it does not know it.
  func codeLanguage(_ name: String) -> String? {
    let name = Self.aliases[name] ?? name
    let own = self == .cloud ? Self.cloudNames : Self.dataCenterNames
    let language = own[name] ?? name
    return codeLanguages.contains(language) ? language : nil
  }

  private static let commonLanguages: Set<String> = [
    "actionscript3", "applescript", "bash", "coldfusion", "cpp", "css", "diff", "groovy", "java",
    "javafx", "none", "perl", "php", "powershell", "python", "ruby", "sass", "scala", "sql", "vb",
    "yaml",
  ]
  private static let cloudLanguages: Set<String> = [
    "abap", "ada", "arduino", "autoit", "c", "c#", "clojure", "coffeescript", "cuda", "d", "dart",
    "docker", "elixir", "erl", "fortran", "foxpro", "go", "graphql", "haskell", "haxe", "hcl",
    "html", "js", "json", "jsx", "julia", "kotlin", "livescript", "lua", "mathematica", "matlab",
    "nginx", "objective-c", "objective-j", "ocaml", "octave", "pas", "prolog", "protobuf",
    "puppet", "qbs", "r", "racket", "restructuredtext", "rust", "scheme", "smalltalk",
    "splunk-spl", "standardml", "swift", "tcl", "tex", "tsx", "typescript", "vala", "vbnet",
    "verilog", "vhdl", "xml", "xquery",
  ]
  private static let dataCenterLanguages: Set<String> = [
    "csharp", "delphi", "erlang", "html/xml", "javascript",
  ]
  private static let aliases = [
    "sh": "bash", "shell": "bash", "zsh": "bash", "console": "bash", "py": "python",
    "python3": "python", "yml": "yaml", "c++": "cpp", "rb": "ruby", "text": "none", "txt": "none",
    "js": "javascript", "latex": "tex", "c#": "csharp",
  ]
  private static let cloudNames = ["javascript": "js", "csharp": "c#", "erlang": "erl"]
  private static let dataCenterNames = ["html": "html/xml", "xml": "html/xml", "c": "cpp"]
}
