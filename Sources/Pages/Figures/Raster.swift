import CLate
import CRSVG
import Foundation
import Pictures

/// Pictures of pixels, by cairo and librsvg.
enum Raster {
  /// Draws an SVG file at twice its size, as screens with fine pixels want it.
  static func png(svg: Data, size: Size, figure: String) throws -> Data {
    let handle = svg.withUnsafeBytes { bytes in
      rsvg_handle_new_from_data(
        bytes.bindMemory(to: UInt8.self).baseAddress, gsize(bytes.count), nil)
    }
    guard let handle else {
      throw PagesError.cannotDraw(figure: figure, reason: "librsvg cannot read its SVG")
    }
    defer { g_object_unref(handle) }
    let (width, height) = ((size.width * 2).rounded(.up), (size.height * 2).rounded(.up))
    return try withSurface(Int32(width), Int32(height), figure) { surface in
      let context = cairo_create(surface)
      defer { cairo_destroy(context) }
      var viewport = RsvgRectangle(x: 0, y: 0, width: width, height: height)
      guard rsvg_handle_render_document(handle, context, &viewport, nil) != 0 else {
        throw PagesError.cannotDraw(figure: figure, reason: "librsvg cannot draw its SVG")
      }
      return try encode(surface, Int(width), Int(height), figure)
    }
  }

  /// Encodes pixels of three bytes each, row by row.
  static func png(pixels: [UInt8], width: Int, height: Int, figure: String) throws -> Data {
    let numbers = stride(from: 0, to: width * height * 3, by: 3).map { place in
      UInt32(pixels[place]) << 16 | UInt32(pixels[place + 1]) << 8 | UInt32(pixels[place + 2])
    }
    return try numbers.withUnsafeBufferPointer { numbers in
      try encode(numbers, width, height, rowLength: width, quickly: false, figure)
    }
  }

  private static func withSurface(
    _ width: Int32, _ height: Int32, _ figure: String, _ body: (OpaquePointer) throws -> Data
  ) throws -> Data {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)
    defer { cairo_surface_destroy(surface) }
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
      throw PagesError.cannotDraw(
        figure: figure, reason: "cairo makes no picture of \(width) × \(height) pixels")
    }
    return try body(surface)
  }

  private static func encode(
    _ surface: OpaquePointer, _ width: Int, _ height: Int, _ figure: String
  ) throws -> Data {
    cairo_surface_flush(surface)
    let bytesInRow = Int(cairo_image_surface_get_stride(surface))
    guard let bytes = cairo_image_surface_get_data(surface) else {
      throw PagesError.cannotDraw(figure: figure, reason: "cairo has no memory for it")
    }
    return try UnsafeRawBufferPointer(start: bytes, count: bytesInRow * height)
      .withMemoryRebound(to: UInt32.self) { pixels in
        try encode(pixels, width, height, rowLength: bytesInRow / 4, quickly: true, figure)
      }
  }

  private static func encode(
    _ pixels: UnsafeBufferPointer<UInt32>, _ width: Int, _ height: Int, rowLength: Int,
    quickly: Bool, _ figure: String
  ) throws -> Data {
    do {
      return try PNGEncoder.encode(
        pixels, width: width, height: height, rowLength: rowLength, quickly: quickly)
    } catch {
      throw PagesError.cannotDraw(figure: figure, reason: error.reason)
    }
  }
}

/// The library that draws figures as pictures.
public enum RasterLibrary {
  /// Such as `2.54.7`.
  public static var version: String { text(32, late_rsvg_version) }

  /// The font that figures are drawn with: another one is as wide only by chance, and gives other bytes.
  public static let wantedFont = "DejaVu Sans"

  /// The font that this machine draws them with, empty if it has none.
  public static var font: String { text(128) { late_rsvg_font(wantedFont, $0) } }

  private static func text(_ room: Int, _ fill: (UnsafeMutablePointer<CChar>) -> Void) -> String {
    var text = [CChar](repeating: 0, count: room)
    text.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map(fill) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
