import Casework
import Foundation

extension Fixtures {
  static let dalitz = Figure(
    name: "dalitz", title: "Dalitz plot", caption: "Decays in the plane of two squared masses.",
    content: .density(
      .init(
        x: .init("squared mass of K⁻ and π⁺ (GeV²)"), y: .init("squared mass of π⁺ and π⁰ (GeV²)"),
        label: "decays", xEdges: (0...30).map { 0.3 + Double($0) * 0.1 },
        yEdges: (0...30).map { Double($0) * 0.07 },
        counts: (0..<900).map { decays(column: $0 % 30, row: $0 / 30) },
        outline: .init("kinematic limit", x: border.map(\.x), y: border.map(\.y)))))

  private static let border: [(x: Double, y: Double)] = (0...60).map { step in
    let angle = Double(step) / 60 * 2 * Double.pi
    return (1.75 + 1.35 * cos(angle), 1.0 + 0.9 * sin(angle))
  }

  private static func decays(column: Int, row: Int) -> Double {
    let (x, y) = (0.35 + Double(column) * 0.1, 0.035 + Double(row) * 0.07)
    let inside = pow((x - 1.75) / 1.35, 2) + pow((y - 1) / 0.9, 2) < 1
    let resonance = 120 / (1 + pow((x - 0.8) / 0.06, 2)) + 90 / (1 + pow((y - 0.6) / 0.08, 2))
    return inside ? (resonance + 4).rounded() : 0
  }

  static let settings = Figure(
    name: "settings", title: "Accuracy across settings",
    caption: "A line for each group of runs; its colour is the accuracy, the last axis.",
    content: .parallel(
      .init(
        dimensions: [
          .init(.init("learning_rate", scale: .logarithmic)), .init(.init("hidden")),
          .init(.init("activation"), names: ["gelu", "relu", "tanh"]), .init(.init("epochs")),
          .init(.init("accuracy")),
        ], items: (0..<24).map(trial))))

  private static func trial(_ index: Int) -> Figure.Parallel.Item {
    let rate = pow(10, -4 + Double(index % 4))
    let (hidden, place) = (Double(16 << (index % 3)), Double(index * 7 % 3))
    let accuracy = 0.97 - 0.05 * abs(log10(rate) + 3) - 0.4 / hidden - 0.01 * place
    return .init(
      "trial \(index)",
      values: [rate, hidden, place, index == 5 ? .nan : Double(5 + index % 5 * 5), accuracy])
  }

  static let lungs = Figure(
    name: "lungs", title: "Lungs as found and as drawn by hand",
    caption: "The best and the worst film of the test sample.",
    content: .overlay(
      .init(
        width: 32, height: 32, columns: 3, names: ["found", "by hand"],
        tiles: [film("Dice 0.96", 0), film("Dice 0.91", 1), film("Dice 0.83", 2)])))

  private static func film(_ label: String, _ shift: Int) -> Figure.Overlay.Tile {
    func disc(_ pixel: Int, _ moved: Int, _ size: Double) -> Bool {
      let (x, y) = (Double(pixel % 32) - Double(moved), Double(pixel / 32) - 16)
      return [10.0, 22].contains { pow((x - $0) / 4.5, 2) + pow(y / 10, 2) < size }
    }
    return .init(
      label, pixels: (0..<1024).map { disc($0, 0, 1.1) ? 0.25 : 0.3 + Double($0 % 32) / 64 },
      regions: [
        (0..<1024).map { disc($0, shift, 1) ? 1 : 0 }, (0..<1024).map { disc($0, 0, 1) ? 1 : 0 },
      ])
  }
}
