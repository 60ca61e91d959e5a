import Foundation

/// Pixels as the places of their colours in a list of at most 256.
///
/// Drawings have more colours, at the edges of lines and letters, where a shade more or less is not
/// seen: such a colour is taken for one that is there and that is near enough.
struct IndexedPixels {
  /// Red, green and blue of each colour.
  var map: [UInt8] {
    colours.flatMap { colour in [16, 8, 0].map { UInt8(truncatingIfNeeded: colour >> $0) } }
  }
  private(set) var indices: [UInt8] = []

  private var colours: [UInt32] = []
  /// An open table of colours and their places, which are -1 where there is no colour.
  private var keys = [UInt32](repeating: 0, count: 1 << slotBits)
  private var places = [Int16](repeating: -1, count: 1 << slotBits)
  private var known = 0

  private static let slotBits = 14
  /// How far a colour may be from the one it is taken for, while there is room for many more and then.
  private let (fine, coarse): (Int, Int)

  /// - Returns: `nil` if some colour is near none of the list.
  init?(
    _ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, rowLength: Int,
    isExact: Bool
  ) {
    (fine, coarse) = isExact ? (0, 0) : (5, 20)
    guard let first = pixels.baseAddress else { return nil }
    let found = UnsafeMutablePointer<UInt8>.allocate(capacity: width * height)
    defer { found.deallocate() }
    for row in 0..<height {
      let (from, to) = (first + row * rowLength, found + row * width)
      // Most rows of a drawing are like the one above.
      if row > 0, memcmp(from, from - rowLength, width * MemoryLayout<UInt32>.stride) == 0 {
        memcpy(to, to - width, width)
      } else if !take(from, width, to) {
        return nil
      }
    }
    indices = Array(UnsafeBufferPointer(start: found, count: width * height))
  }

  /// Finds the places of a row of pixels; `false` if some colour has none.
  private mutating func take(
    _ pixels: UnsafePointer<UInt32>, _ width: Int, _ found: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    var (last, index, column) = (UInt32.max, UInt8(0), 0)
    while column < width {
      let colour = pixels[column] & 0xFF_FFFF
      if colour != last {
        guard let place = place(of: colour) else { return false }
        (last, index) = (colour, place)
      }
      found[column] = index
      column += 1
    }
    return true
  }

  private mutating func place(of colour: UInt32) -> UInt8? {
    let mask = keys.count - 1
    var slot = Int((colour &* 2_654_435_769) >> UInt32(32 - Self.slotBits))
    while places[slot] >= 0 {
      if keys[slot] == colour { return UInt8(places[slot]) }
      slot = (slot + 1) & mask
    }
    guard known < keys.count / 2 else { return nil }
    known += 1
    let index = nearest(to: colour, within: colours.count < 128 ? fine : coarse) ?? colours.count
    guard index < 256 else { return nil }
    if index == colours.count { colours.append(colour) }
    (keys[slot], places[slot]) = (colour, Int16(index))
    return UInt8(index)
  }

  /// The first of the nearest colours, if it is near enough.
  private func nearest(to colour: UInt32, within tolerance: Int) -> Int? {
    guard tolerance > 0 else { return nil }
    // Half a million colours are compared for a picture: without anything generic, which takes ten
    // times as long where nothing is optimised.
    return colours.withUnsafeBufferPointer { colours -> Int? in
      guard let first = colours.baseAddress else { return nil }
      let (red, green, blue) = Self.parts(colour)
      var (best, least, index) = (0, Int.max, 0)
      while index < colours.count {
        let other = Self.parts(first[index])
        let (r, g, b) = (red &- other.red, green &- other.green, blue &- other.blue)
        let distance = r &* r &+ g &* g &+ b &* b
        if distance < least { (best, least) = (index, distance) }
        index &+= 1
      }
      return least <= tolerance &* tolerance ? best : nil
    }
  }

  private static func parts(_ colour: UInt32) -> (red: Int, green: Int, blue: Int) {
    let bits = Int(colour)
    return (bits &>> 16 & 255, bits &>> 8 & 255, bits & 255)
  }
}
