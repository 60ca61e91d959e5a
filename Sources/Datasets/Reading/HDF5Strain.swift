@preconcurrency import CHDF5
import CLate
import Foundation
import Synchronization

/// A series of samples of a gravitational-wave detector, from an HDF5 file as GWOSC publishes them
/// ([gwosc.org](https://gwosc.org)): a data set in one dimension, with the spacing of the samples in
/// its attribute `Xspacing` and the GPS time of the first in `Xstart`; `sample_rate` and `t0` say
/// the same in the files of the INFN tutorial.
public struct HDF5Strain: Equatable, Sendable {
  /// The samples, in the unit of the file (strain has none).
  public let samples: [Double]
  /// The seconds between two samples.
  public let spacing: Double
  /// The GPS time of the first sample in seconds, if the file says it.
  public let start: Double?

  /// The samples in a second.
  public var sampleRate: Double { 1 / spacing }

  /// Reads a series.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - dataSets: The paths that the data set may have in the file, such as `strain/Strain`; the
  ///     first that is there is read.
  ///   - limit: The most samples that it may have.
  /// - Throws: ``DatasetsError`` if the file is not sound, the data set is of another kind, its
  ///   spacing is not told, or a sample is not finite (where a detector was off, GWOSC writes NaN).
  public init(path: String, dataSets: [String], limit: Int = 1 << 27) throws {
    // One reader at a time, so that the message told is the one of the call that failed.
    self = try Self.library.withLock { _ in try Self.read(path, dataSets, limit) }
  }

  private init(samples: [Double], spacing: Double, start: Double?) {
    (self.samples, self.spacing, self.start) = (samples, spacing, start)
  }

  private static let library = Mutex(())

  private static func read(_ path: String, _ names: [String], _ limit: Int) throws -> HDF5Strain {
    // At the program's end the library would try to close what a damaged file left open, and say so.
    H5dont_atexit()
    H5open()
    // Without this the library prints its stack of errors on the standard error stream.
    H5Eset_auto2(0, nil, nil)
    let file = try opened(H5Fopen(path, 0, 0)) {
      .malformed(file: path, position: "header", reason: "HDF5 cannot open it (\($0))")
    }
    defer { H5Fclose(file) }
    let found = names.lazy.map { (name: $0, data: H5Dopen2(file, $0, 0)) }.first { $0.data >= 0 }
    guard let (name, data) = found else {
      throw DatasetsError.malformed(
        file: path, position: names.map { "data set '\($0)'" }.joined(separator: ", "),
        reason: "HDF5 cannot open \(names.count == 1 ? "it" : "either") (\(libraryMessage()))")
    }
    func refuse(_ reason: String) -> DatasetsError {
      .malformed(file: path, position: "data set '\(name)'", reason: reason)
    }
    defer { H5Dclose(data) }
    try requireLocal(data, file, refuse)
    let space = try opened(H5Dget_space(data)) { refuse($0) }
    defer { H5Sclose(space) }
    let axes = H5Sget_simple_extent_ndims(space)
    guard axes == 1 else { throw refuse("a series has one axis, and this has \(axes)") }
    var count: hsize_t = 0
    H5Sget_simple_extent_dims(space, &count, nil)
    guard count > 0, count <= hsize_t(limit) else {
      throw refuse("it has \(count) samples, where 1 to \(limit) are read")
    }
    let type = try opened(H5Dget_type(data)) { refuse($0) }
    defer { H5Tclose(type) }
    guard H5Tget_class(type) == H5T_FLOAT else { throw refuse("its samples are not real numbers") }
    var samples = [Double](repeating: 0, count: Int(count))
    guard H5Dread(data, hdf5_native_double(), 0, 0, 0, &samples) >= 0 else {
      throw refuse("HDF5 cannot read it (\(libraryMessage()))")
    }
    if let index = samples.firstIndex(where: { !$0.isFinite }) {
      throw refuse("sample \(index) is \(samples[index]), which no working detector measures")
    }
    return HDF5Strain(
      samples: samples, spacing: try spacing(data, refuse),
      start: try number("Xstart", of: data, refuse) ?? number("t0", of: data, refuse))
  }

  /// Refuses data that the file takes from elsewhere on the machine.
  private static func requireLocal(
    _ data: hid_t, _ file: hid_t, _ refuse: (String) -> DatasetsError
  ) throws {
    let list = try opened(H5Dget_create_plist(data)) { refuse($0) }
    defer { H5Pclose(list) }
    func name(_ id: hid_t) -> [CChar] {
      var text = [CChar](repeating: 0, count: 4096)
      H5Fget_name(id, &text, text.count)
      return text
    }
    guard H5Pget_external_count(list) == 0, name(data) == name(file) else {
      throw refuse("its samples lie in another file, and links between files are not followed")
    }
  }

  private static func spacing(_ data: hid_t, _ refuse: (String) -> DatasetsError) throws -> Double {
    var spacing = try number("Xspacing", of: data, refuse)
    if spacing == nil { spacing = try number("sample_rate", of: data, refuse).map { 1 / $0 } }
    guard let spacing else { throw refuse("it has neither the attribute Xspacing nor sample_rate") }
    guard spacing > 0, spacing.isFinite else {
      throw refuse("a spacing of \(spacing) s makes no series")
    }
    return spacing
  }

  private static func number(
    _ name: String, of data: hid_t, _ refuse: (String) -> DatasetsError
  ) throws -> Double? {
    guard H5Aexists(data, name) > 0 else { return nil }
    let attribute = try opened(H5Aopen(data, name, 0)) { refuse($0) }
    defer { H5Aclose(attribute) }
    let space = try opened(H5Aget_space(attribute)) { refuse($0) }
    defer { H5Sclose(space) }
    let type = try opened(H5Aget_type(attribute)) { refuse($0) }
    defer { H5Tclose(type) }
    let kind = H5Tget_class(type)
    guard H5Sget_simple_extent_npoints(space) == 1, kind == H5T_FLOAT || kind == H5T_INTEGER else {
      throw refuse("its attribute \(name) is not one number")
    }
    var value = 0.0
    guard H5Aread(attribute, hdf5_native_double(), &value) >= 0, value.isFinite else {
      throw refuse("its attribute \(name) cannot be read (\(libraryMessage()))")
    }
    return value
  }
}

/// Returns an identifier that the library gave out, or throws what it says instead.
private func opened(_ id: hid_t, orThrow refuse: (String) -> DatasetsError) throws -> hid_t {
  guard id >= 0 else { throw refuse(libraryMessage()) }
  return id
}

/// Returns what the innermost failing call of the library has said.
private func libraryMessage() -> String {
  var text = "it gives no reason"
  withUnsafeMutablePointer(to: &text) { pointer in
    _ = H5Ewalk2(
      0, H5E_WALK_UPWARD,
      { index, error, context in
        if index == 0, let message = error?.pointee.desc {
          context?.assumingMemoryBound(to: String.self).pointee = String(cString: message)
        }
        return 0
      }, pointer)
  }
  return text
}

/// The library that reads HDF5 files.
public enum HDF5Library {
  /// Such as `1.10.8`.
  public static var version: String {
    var text = [CChar](repeating: 0, count: 32)
    late_hdf5_version(&text)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
