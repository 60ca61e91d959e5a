import Datasets
import Foundation
import Pictures
import Testing

@Suite struct PNGImageTests {
  /// A PNG file from its raw rows, each with the filter byte 0.
  private func png(_ width: Int, _ height: Int, depth: UInt8, colour: UInt8, _ rows: [UInt8])
    -> Data
  {
    func chunk(_ type: String, _ data: Data) -> Data {
      let body = Data(type.utf8) + data
      return bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body))
    }
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let header =
      bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + Data([depth, colour, 0, 0, 0])
    let pixels = Data([0x78, 1]) + deflated(Data(rows)) + bigEndian(b << 16 | a)
    return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + chunk("IHDR", header)
      + chunk("IDAT", pixels) + chunk("IEND", Data())
  }

  @Test func greyIsReadAsItIsWritten() throws {
    let image = PNGImage(grey: (0..<12).map { UInt8($0 * 20) }, width: 4, height: 3)
    #expect(try PNGImage(image.encoded(), file: "x.png") == image)
  }

  @Test func colourOpacityAnd16BitsAreRead() throws {
    let rgb = try PNGImage(
      png(2, 1, depth: 8, colour: 2, [0, 1, 2, 3, 250, 251, 252]), file: "x.png")
    #expect(rgb.kind == .rgb && rgb.samples == [1, 2, 3, 250, 251, 252])
    let rgba = try PNGImage(png(1, 1, depth: 8, colour: 6, [0, 9, 8, 7, 128]), file: "x.png")
    #expect(rgba.kind == .rgba && rgba.samples == [9, 8, 7, 128])
    let deep = try PNGImage(
      png(2, 1, depth: 16, colour: 0, [0, 0x12, 0x34, 0xFF, 0xFE]), file: "x.png")
    #expect(deep.kind == .grey16 && deep.samples == [0x1234, 0xFFFE])
  }

  @Test func wrongPicturesAreRefused() throws {
    let good = png(2, 2, depth: 8, colour: 0, [0, 1, 2, 0, 3, 4])
    func told(_ data: Data, limit: Int = 100) -> String {
      words { try PNGImage(data, file: "x.png", pixelLimit: limit) }
    }
    #expect(told(good.dropLast(1)).contains("it is truncated"))
    #expect(told(good, limit: 3).contains("2x2 pixels are more than the allowed 3"))
    #expect(told(Data()).contains("it is truncated"))
    var wrong = good
    wrong[50] ^= 1
    #expect(told(wrong).contains("x.png, pixels: libpng says: "))
    // The end is there, but rows are missing.
    #expect(told(png(2, 9, depth: 8, colour: 0, [0, 1, 2])).contains("x.png, pixels: libpng says"))
    #expect(told(png(1, 1, depth: 16, colour: 2, Array(0...6))).contains("only grey ones"))
  }
}
