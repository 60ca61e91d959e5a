import Foundation
public import Randomness

/// Simulated chest films with known lungs: a phantom of our own design.
///
/// A body (ellipse, half axes 0.40…0.47 by 0.50…0.60 of the picture, up to 0.07 off the middle) holds two lungs: half ellipses
/// with half axes 0.11…0.18 by 0.40…0.58, tilted by up to 7° and cut below by a domed diaphragm; a heart
/// on one side, 8 to 10 pairs of rib arcs, a spine and clavicles. The intensity is what passes,
/// exp(-Σ μ d), with Poisson noise of 200 to 800 quanta a pixel, a random gain and gamma, a black
/// border of up to 6 % and a bright marker. In 40 % of the films an opacity lies inside a lung, and
/// **belongs to the mask**.
public struct ChestPhantom: Sendable {
  /// The pixels of a side.
  public var size: Int

  public init(size: Int) { self.size = size }

  /// Draws films.
  public func films(_ count: Int, from stream: RandomStream) -> LungFilms {
    let all = (0..<count).map { film(from: stream.split($0)) }
    return LungFilms(
      names: (0..<count).map { "phantom \($0)" }, films: all.map(\.0), masks: all.map(\.1))
  }

  private struct Ellipse {
    var x, y, a, b: Double
    var tilt = 0.0

    /// Below 1 inside.
    func radius(_ px: Double, _ py: Double) -> Double {
      let (dx, dy) = (px - x, py - y)
      let (u, v) = (cos(tilt) * dx + sin(tilt) * dy, cos(tilt) * dy - sin(tilt) * dx)
      return (u / a * u / a + v / b * v / b).squareRoot()
    }
  }

  private func film(from origin: RandomStream) -> (GreyImage, GreyImage) {
    var stream = origin
    func between(_ low: Double, _ high: Double) -> Double { stream.uniform(low, high) }
    let middle = (x: 0.5 + between(-0.07, 0.07), y: 0.5 + between(-0.07, 0.07))
    let body = Ellipse(
      x: middle.x, y: middle.y + 0.04, a: between(0.40, 0.47), b: between(0.5, 0.6))
    let lungs = [-1.0, 1.0].map { side in
      Ellipse(
        x: middle.x + side * between(0.17, 0.21), y: middle.y + between(0.08, 0.14),
        a: between(0.11, 0.18), b: between(0.40, 0.58), tilt: side * between(0, 0.12))
    }
    let floors = lungs.map { $0.y + between(0.14, 0.24) }
    let heart = Ellipse(
      x: middle.x + between(0.05, 0.09), y: middle.y + between(0.16, 0.22), a: between(0.10, 0.14),
      b: between(0.13, 0.17), tilt: between(-0.4, 0.4))
    let ribs = Int(between(8, 10.999))
    let (ribStart, ribStep, ribBend) = (
      between(0.10, 0.16), between(0.070, 0.085), between(0.3, 0.7)
    )
    let sick = between(0, 1) < 0.4 ? (between(0, 1) < 0.5 ? 0 : 1) : nil
    let opacity = sick.map {
      Ellipse(
        x: lungs[$0].x + between(-0.06, 0.06), y: lungs[$0].y + between(-0.2, 0.12),
        a: between(0.04, 0.09), b: between(0.04, 0.10))
    }
    let (quanta, gain, gamma) = (between(200, 800), between(0.8, 1.2), between(0.7, 1.4))
    let border = between(0, 0.06)
    let marker = (x: between(0.05, 0.12), y: between(0.05, 0.12))
    let dark = between(0.85, 1.15)

    func isLung(_ x: Double, _ y: Double) -> Bool {
      lungs.indices.contains { side in
        // The base is cut by the diaphragm, a shallow dome.
        let dome = floors[side] + 0.8 * pow(x - lungs[side].x, 2) / lungs[side].a
        return lungs[side].radius(x, y) < 1 && y < dome && heart.radius(x, y) > 0.95
      }
    }
    func attenuation(_ x: Double, _ y: Double) -> Double {
      let r = body.radius(x, y)
      guard r < 1 else { return 0 }
      var sum = 1.7 * dark * (1 - r * r).squareRoot()
      if isLung(x, y) {
        sum *= 0.45
        if let opacity { sum += 0.7 * max(0, 1 - opacity.radius(x, y)) }
      }
      if heart.radius(x, y) < 1 { sum += 0.5 }
      if abs(x - middle.x) < 0.035 { sum += 0.45 }
      let reach = abs(x - middle.x)
      for rib in 0..<ribs {
        let arc = ribStart + ribStep * Double(rib) + ribBend * reach * reach
        if abs(y - arc) < 0.009, reach < 0.36, reach > 0.03 { sum += 0.22 }
      }
      if abs(y - (middle.y - 0.36 + 0.15 * reach)) < 0.012, reach < 0.30 { sum += 0.3 }
      return sum
    }
    var (film, mask) = (
      GreyImage(width: size, height: size) { _, _ in 0 },
      GreyImage(width: size, height: size) { _, _ in 0 }
    )
    for row in 0..<size {
      for column in 0..<size {
        let (x, y) = ((Double(column) + 0.5) / Double(size), (Double(row) + 0.5) / Double(size))
        if isLung(x, y), body.radius(x, y) < 1 { mask[column, row] = 1 }
        if min(x, y, 1 - x, 1 - y) < border { continue }
        let passed = Double(stream.poisson(quanta * exp(-attenuation(x, y)))) / quanta
        // A film is bright where little passes.
        var grey = 255 * pow(max(0, 1 - gain * passed), gamma)
        if abs(x - border - marker.x) < 0.02, abs(y - border - marker.y) < 0.03 { grey = 255 }
        film[column, row] = Float(min(max(grey, 0), 255))
      }
    }
    return (film, mask)
  }
}
