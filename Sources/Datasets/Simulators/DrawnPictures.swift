import Foundation
public import Randomness

/// Simulated pictures: lines, discs, rings and strokes like letters.
///
/// There are 6 to 14 of them on a background that changes slowly, with smooth edges one pixel wide. A toy
/// of our own design, weak as a stand-in for photographs: it has edges, but no texture.
public struct DrawnPictures: Sendable {
  /// The pixels of a side.
  public var size: Int

  public init(size: Int) { self.size = size }

  /// Draws pictures with whole pixels from 0 to 255.
  public func pictures(_ count: Int, from stream: RandomStream) -> [GreyImage] {
    (0..<count).map { picture(from: stream.split($0)) }
  }

  private enum Form {
    case line(x: Double, y: Double, u: Double, v: Double, width: Double)
    case disc(x: Double, y: Double, radius: Double)
    case ring(x: Double, y: Double, radius: Double, width: Double)

    /// How far a point is outside of the form, in pixels.
    func distance(_ px: Double, _ py: Double) -> Double {
      switch self {
      case .line(let x, let y, let u, let v, let width):
        let square = u * u + v * v
        let t = min(max(((px - x) * u + (py - y) * v) / square, 0), 1)
        return hypot(px - x - t * u, py - y - t * v) - width
      case .disc(let x, let y, let radius): return hypot(px - x, py - y) - radius
      case .ring(let x, let y, let radius, let width):
        return abs(hypot(px - x, py - y) - radius) - width
      }
    }
  }

  private func picture(from origin: RandomStream) -> GreyImage {
    var stream = origin
    let side = Double(size)
    func place() -> Double { stream.uniform(0, side) }
    let base = stream.uniform(40, 200)
    let slope = (x: stream.uniform(-60, 60) / side, y: stream.uniform(-60, 60) / side)
    let forms = (0..<Int(stream.uniform(6, 14.999))).map { _ -> (Form, Double) in
      let (kind, grey) = (stream.uniform(), stream.uniform(0, 255))
      if kind < 0.3 {
        return (
          .line(
            x: place(), y: place(), u: stream.uniform(-1, 1) * side,
            v: stream.uniform(-1, 1) * side,
            width: stream.uniform(0.4, 2)), grey
        )
      }
      if kind < 0.5 {
        return (.disc(x: place(), y: place(), radius: stream.uniform(2, 0.2 * side)), grey)
      }
      if kind < 0.7 {
        return (
          .ring(
            x: place(), y: place(), radius: stream.uniform(3, 0.2 * side),
            width: stream.uniform(0.4, 1.5)), grey
        )
      }
      return (
        .line(
          x: place(), y: place(), u: stream.uniform(-8, 8), v: stream.uniform(-8, 8), width: 0.7),
        grey
      )
    }
    return GreyImage(width: size, height: size) { column, row in
      let (x, y) = (Double(column) + 0.5, Double(row) + 0.5)
      var grey = base + slope.x * (x - side / 2) + slope.y * (y - side / 2)
      for (form, ink) in forms {
        let cover = min(max(0.5 - form.distance(x, y), 0), 1)
        grey += cover * (ink - grey)
      }
      return Float(grey)
    }.rounded
  }
}
