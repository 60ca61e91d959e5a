/// The colours and lines of drawings, in one place for the HTML site and for files.
enum DrawingStyle {
  /// The colours of a theme, by what they are for.
  struct Theme: Sendable {
    let paper, ink, quiet, grid: String
    let series: [String]
    var isDark = false
  }

  /// Colours that readers with colour-blindness can tell apart (Okabe and Ito, 2008), in an order
  /// that starts with those that stand out most from white.
  static let light = Theme(
    paper: "#ffffff", ink: "#1c2127", quiet: "#5a6472", grid: "#e4e7eb",
    series: [
      "#0072b2", "#d55e00", "#009e73", "#b3558c", "#b87a00", "#3a93c9", "#6b5b00", "#444b54",
    ])

  /// The same hues, light enough for a dark ground.
  static let dark = Theme(
    paper: "#14181d", ink: "#e6e9ed", quiet: "#9aa5b1", grid: "#2c333b",
    series: [
      "#56b4e9", "#f28b3c", "#33c49b", "#dd9cc4", "#e6b43c", "#9fd3f2", "#f0e442", "#c2c9d1",
    ], isDark: true)

  /// The patterns that tell series apart without colour; the first is a full line.
  static let dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "2 2 6 2", "1 4"]

  /// The colours of regions on pictures, whose ground is neither paper nor dark.
  static let regions = ["#56b4e9", "#e69f00", "#f0e442", "#cc79a7"]

  /// The number of colours of lines that say a value.
  static let shades = 9

  /// The colours of lines that say a value, from low to high, each of enough contrast to the paper.
  static func shades(on theme: Theme) -> [ColourMap.Colour] {
    (0..<shades).map { index in
      let part = Double(index) / Double(shades - 1)
      return ColourMap.sequential.colour(theme.isDark ? 0.38 + 0.62 * part : 0.55 * part)
    }
  }

  /// The number of colours; series beyond it differ by their patterns and marks (see ``Path``).
  static var count: Int { light.series.count }

  /// The classes of a mark of a series.
  static func series(_ index: Int, _ role: String) -> String { "\(role) s\(index % count)" }

  /// The style of a file of its own.
  ///
  /// Paper is white, whatever the reader prefers.
  static let standalone =
    "\n" + rules(scope: "") + colours(light, scope: "")
    + "@media screen and (prefers-color-scheme: dark) {\n" + colours(dark, scope: "") + "}\n"

  /// The style sheet that an HTML page links to.
  static let sheet =
    rules(scope: ".drawing ") + colours(light, scope: ".drawing ")
    + "@media screen and (prefers-color-scheme: dark) {\n"
    + colours(dark, scope: ".drawing ") + "}\n"

  private static func rules(scope: String) -> String {
    """
    \(scope)text { font-family: "\(RasterLibrary.wantedFont)", Verdana, sans-serif; font-size: 12px; }
    \(scope).tick, \(scope).legend, \(scope).cell { font-size: 11px; }
    \(scope).line, \(scope).guide, \(scope).rule, \(scope).grid { fill: none; }
    \(scope).line { stroke-width: 2; stroke-linejoin: round; }
    \(scope).guide { stroke-width: 1.25; stroke-dasharray: 5 4; }
    \(scope).band { fill-opacity: 0.18; stroke-width: 1; }
    \(scope).fill { fill-opacity: 0.12; }
    \(scope).whisker { fill: none; stroke-width: 1.5; }
    \(scope).halo { fill: none; stroke-width: 3.5; }
    \(scope).hole { fill: none; }
    \(scope).pixels { image-rendering: pixelated; }
    \(scope).shade { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
    \(scope).region { fill: none; stroke-width: 2; }
    \(scope).region-halo { fill: none; stroke: #000000; stroke-width: 4; stroke-opacity: 0.55; }

    """
  }

  private static func colours(_ theme: Theme, scope: String) -> String {
    var text = """
      \(scope)text { fill: \(theme.ink); }
      \(scope).tick, \(scope).none { fill: \(theme.quiet); }
      \(scope).paper { fill: \(theme.paper); }
      \(scope).rule { stroke: \(theme.quiet); }
      \(scope).grid { stroke: \(theme.grid); }
      \(scope).guide { stroke: \(theme.quiet); }
      \(scope).whisker { stroke: \(theme.ink); }
      \(scope).halo, \(scope).hole { stroke: \(theme.paper); }
      \(scope).missing { fill: \(theme.grid); }
      \(scope).on-light { fill: #000000; }
      \(scope).on-dark { fill: #ffffff; }

      """
    for (index, colour) in theme.series.enumerated() {
      text += "\(scope).line.s\(index), \(scope).dot.s\(index), \(scope).band.s\(index) "
      text += "{ stroke: \(colour); }\n"
      text += "\(scope).band.s\(index), \(scope).fill.s\(index), \(scope).bar.s\(index) "
      text += "{ fill: \(colour); }\n"
    }
    for (index, colour) in shades(on: theme).map(\.hex).enumerated() {
      text += "\(scope).shade.q\(index) { stroke: \(colour); }\n"
      text += "\(scope).shade-fill.q\(index) { fill: \(colour); }\n"
    }
    return text
  }
}
