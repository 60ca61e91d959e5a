import Foundation

extension Site {
  /// Writes `wiki` below a folder: Markdown for the wiki of a forge, with `Home.md` and
  /// `_Sidebar.md`; the pages all stand beside each other, and their files below `files`.
  ///
  /// - Throws: ``PagesError``; then what stood there before is unchanged.
  public func writeMarkdown(to folder: String) throws {
    let content = try SiteContent(self)
    let renderer = MarkdownRenderer(directory: content.directory)
    var files = ["_Sidebar.md": Data(renderer.sidebar(content.pages).utf8)]
    for page in content.pages {
      guard let name = MarkdownRenderer.name(page.id, in: content.directory) else { continue }
      files["\(name).md"] = Data(renderer.render(page).utf8)
      let place = content.directory[page.id]?.folder ?? name
      for file in page.files where file.use != .html {
        files["files/\(place)/\(file.name)"] = file.content
      }
    }
    try SiteWriter(folder: folder).replace(["wiki": files])
  }

  /// Writes `ro-crate` below a folder: the files of the runs, and what they are as RO-Crate 1.1.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - licence: The address of the licence that the results are given under, if one is.
  /// - Throws: ``PagesError``; then what stood there before is unchanged.
  public func writeCrate(to folder: String, licence: String?) throws {
    var crate = try ResearchCrate(self, licence: licence)
    try SiteWriter(folder: folder).replace(["ro-crate": try crate.build()])
  }
}
