import Foundation
import Pictures
import Testing

@Suite struct PNGEncoderTests {
  /// The samples of what an encoder is given, row by row.
  private func samples(
    _ pixels: [UInt32], _ width: Int, _ height: Int, _ rowLength: Int
  ) -> [UInt16] {
    (0..<height).flatMap { row in
      pixels[row * rowLength..<row * rowLength + width].flatMap { pixel in
        [16, 8, 0].map { UInt16(pixel >> $0 & 255) }
      }
    }
  }

  private func encoded(
    _ pixels: [UInt32], _ width: Int, _ height: Int, _ rowLength: Int, quickly: Bool = true
  ) throws -> Data {
    try pixels.withUnsafeBufferPointer {
      try PNGEncoder.encode(
        $0, width: width, height: height, rowLength: rowLength, quickly: quickly)
    }
  }

  @Test(arguments: [1, 2, 3, 255, 256], [false, true])
  func `a picture of few colours far from each other is read as it was written`(
    colours: Int, quickly: Bool
  ) throws {
    let (width, height, rowLength) = (37, 23, 40)
    let pixels = (0..<rowLength * height).map { place in
      // What stands above the colour does not count.
      0xFF00_0000 | UInt32(place % colours) &* 0x0F_F3_35 & 0xFF_FFFF
    }
    let png = try encoded(pixels, width, height, rowLength, quickly: quickly)
    let image = try PNGImage(png)
    #expect((image.width, image.height, image.kind) == (width, height, .rgb))
    #expect(image.samples == samples(pixels, width, height, rowLength))
    #expect(try encoded(pixels, width, height, rowLength, quickly: quickly) == png)
  }

  @Test(arguments: [1, 40_000], [false, true])
  func `more colours are exact, or a shade off in a hurry where others are near`(
    step: UInt32, quickly: Bool
  ) throws {
    let pixels = (0..<800).map { UInt32($0) &* step &* 257 & 0xFF_FFFF }
    let read = try PNGImage(encoded(pixels, 40, 20, 40, quickly: quickly)).samples
    let differences = zip(read, samples(pixels, 40, 20, 40)).map { abs(Int($0) - Int($1)) }
    #expect(differences.allSatisfy { $0 <= (quickly ? 12 : 0) })
  }

  @Test func `few colours take a byte a pixel at most`() throws {
    var pixels: [UInt32] = []
    var state: UInt32 = 1
    for _ in 0..<10_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      pixels.append((state >> 24) &* 0x01_02_03)
    }
    #expect(try encoded(pixels, 100, 100, 100).count < 12_000)
  }
}
