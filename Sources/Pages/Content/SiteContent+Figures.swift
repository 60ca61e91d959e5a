import Casework

extension SiteContent {
  /// The files of a page, of which there are none yet.
  func figureFiles(of id: PageID) -> FigureFiles {
    FigureFiles(folder: directory[id]?.folder ?? "", pictures: pictures)
  }
}

extension Block {
  /// The layers of a network as a table, with their shapes and what they learn; `nil` if the figure
  /// shows no network.
  static func layers(of figure: Figure) -> Block? {
    guard case .network(let network) = figure.content, !network.nodes.isEmpty else { return nil }
    let columns: [Table.Column] = [
      .init("Layer"), .init("Output"), .init("Parameters", isNumeric: true), .init("Fed by"),
    ]
    let rows = network.nodes.indices.map { index -> [Table.Cell] in
      let node = network.nodes[index]
      let sources = network.links.filter { $0.to == index }
        .filter { network.nodes.indices.contains($0.from) }
        .map { "\($0.from + 1) \(network.nodes[$0.from].name)" }
      return [
        .init("\(index + 1) \(node.name)"), .init(node.output),
        .init(Numbers.text(node.parameters)), .init(sources.joined(separator: ", ")),
      ]
    }
    let total = network.nodes.map(\.parameters).reduce(0) { $0 &+ $1 }
    let sum: [Table.Cell] = [
      .init([.strong([.text("All layers")])]), .init(""),
      .init([.strong([.text(Numbers.text(total))])]), .init(""),
    ]
    return .table(Table(columns: columns, rows: rows, total: sum))
  }
}
