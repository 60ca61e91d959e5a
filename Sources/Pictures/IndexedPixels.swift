/// Pixels as the places of their colours in a list of at most 256.
///
/// Drawings have more colours, at the edges of lines and letters, where a shade more or less is not
/// seen: such a colour is taken for one that is there and that is near enough.
struct IndexedPixels {
  /// Red, green and blue of each colour.
  var map: [UInt8] {
    colours.flatMap { colour in [16, 8, 0].map { UInt8(truncatingIfNeeded: colour >> $0) } }
  }
  private(set) var indices: [UInt8]

  private var colours: [UInt32] = []
  /// An open table of colours, each with its place; a colour that is not there has -1.
  private var table = [(colour: UInt32, index: Int32)](repeating: (0, -1), count: 1 << slotBits)
  private var known = 0

  private static let slotBits = 14
  /// How far red, green or blue of a colour may be from the one it is taken for, while there is
  /// room for many more and then.
  private let (fine, coarse): (UInt32, UInt32)

  /// - Returns: `nil` if some colour is near none of the list.
  init?(
    _ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, rowLength: Int,
    isExact: Bool
  ) {
    (fine, coarse) = isExact ? (0, 0) : (3, 12)
    indices = []
    indices.reserveCapacity(width * height)
    var (last, index) = (UInt32.max, UInt8(0))
    for row in 0..<height {
      for pixel in pixels[row * rowLength..<row * rowLength + width] {
        let colour = pixel & 0xFF_FFFF
        if colour != last {
          guard let place = place(of: colour) else { return nil }
          (last, index) = (colour, place)
        }
        indices.append(index)
      }
    }
  }

  private mutating func place(of colour: UInt32) -> UInt8? {
    let mask = table.count - 1
    var slot = Int((colour &* 2_654_435_769) >> UInt32(32 - Self.slotBits))
    while table[slot].index >= 0 {
      if table[slot].colour == colour { return UInt8(table[slot].index) }
      slot = (slot + 1) & mask
    }
    guard known < table.count / 2 else { return nil }
    known += 1
    let index = nearest(to: colour, within: colours.count < 128 ? fine : coarse) ?? colours.count
    guard index < 256 else { return nil }
    if index == colours.count { colours.append(colour) }
    table[slot] = (colour, Int32(index))
    return UInt8(index)
  }

  /// The first of the nearest colours, if it is near enough.
  private func nearest(to colour: UInt32, within tolerance: UInt32) -> Int? {
    guard tolerance > 0 else { return nil }
    var (best, least) = (0, UInt32.max)
    for (index, other) in colours.enumerated() {
      let distance = Self.distance(colour, other)
      if distance < least { (best, least) = (index, distance) }
    }
    return least <= tolerance ? best : nil
  }

  private static func distance(_ a: UInt32, _ b: UInt32) -> UInt32 {
    func part(_ shift: UInt32) -> UInt32 {
      let (x, y) = (a >> shift & 255, b >> shift & 255)
      return x > y ? x - y : y - x
    }
    return max(part(16), part(8), part(0))
  }
}
