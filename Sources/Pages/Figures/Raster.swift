import CLate
import CRSVG
import Foundation

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
    return try withSurface(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height), figure) { surface in
      let context = cairo_create(surface)
      defer { cairo_destroy(context) }
      var viewport = RsvgRectangle(x: 0, y: 0, width: width, height: height)
      guard rsvg_handle_render_document(handle, context, &viewport, nil) != 0 else {
        throw PagesError.cannotDraw(figure: figure, reason: "librsvg cannot draw its SVG")
      }
      return try encode(surface, figure)
    }
  }

  /// Encodes pixels of three bytes each, row by row.
  static func png(pixels: [UInt8], width: Int, height: Int, figure: String) throws -> Data {
    try withSurface(CAIRO_FORMAT_RGB24, Int32(width), Int32(height), figure) { surface in
      cairo_surface_flush(surface)
      let stride = Int(cairo_image_surface_get_stride(surface))
      guard let bytes = cairo_image_surface_get_data(surface) else {
        throw PagesError.cannotDraw(figure: figure, reason: "cairo has no memory for it")
      }
      for row in 0..<height {
        for column in 0..<width {
          let source = (row * width + column) * 3
          let value =
            UInt32(pixels[source]) << 16 | UInt32(pixels[source + 1]) << 8
            | UInt32(pixels[source + 2])
          UnsafeMutableRawPointer(bytes + row * stride + column * 4)
            .storeBytes(of: value, as: UInt32.self)
        }
      }
      cairo_surface_mark_dirty(surface)
      return try encode(surface, figure)
    }
  }

  private static func withSurface(
    _ format: cairo_format_t, _ width: Int32, _ height: Int32, _ figure: String,
    _ body: (OpaquePointer) throws -> Data
  ) throws -> Data {
    let surface = cairo_image_surface_create(format, width, height)
    defer { cairo_surface_destroy(surface) }
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
      throw PagesError.cannotDraw(
        figure: figure, reason: "cairo makes no picture of \(width) × \(height) pixels")
    }
    return try body(surface)
  }

  private static func encode(_ surface: OpaquePointer, _ figure: String) throws -> Data {
    var data = Data()
    let status = withUnsafeMutablePointer(to: &data) { target in
      cairo_surface_write_to_png_stream(
        surface,
        { target, bytes, count in
          guard let target, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
          target.assumingMemoryBound(to: Data.self).pointee.append(bytes, count: Int(count))
          return CAIRO_STATUS_SUCCESS
        }, target)
    }
    guard status == CAIRO_STATUS_SUCCESS else {
      throw PagesError.cannotDraw(
        figure: figure, reason: String(cString: cairo_status_to_string(status)))
    }
    return data
  }
}

/// The library that draws figures as pictures.
public enum RasterLibrary {
  /// Such as `2.54.7`.
  public static var version: String {
    var text = [CChar](repeating: 0, count: 32)
    late_rsvg_version(&text)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
