import Foundation

/// Returns the point at a share of the straight way from one code to another.
public func linearPath(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
  zip(a, b).map { $0 + share * ($1 - $0) }
}

/// Returns the point at a share of the way along an arc; the length goes evenly from that of one end to
/// that of the other.
public func sphericalPath(_ a: [Double], _ b: [Double], _ share: Double) -> [Double] {
  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  let (p, q) = (dot(a, a).squareRoot(), dot(b, b).squareRoot())
  let angle = acos(min(max(dot(a, b) / max(p * q, 1e-12), -1), 1))
  guard angle > 1e-4, angle < .pi - 1e-4 else { return linearPath(a, b, share) }
  let length = p + share * (q - p)
  return zip(a, b).map {
    length * (sin((1 - share) * angle) * $0 / p + sin(share * angle) * $1 / q) / sin(angle)
  }
}
