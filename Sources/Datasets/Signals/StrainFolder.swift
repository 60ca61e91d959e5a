public import Casework
public import Foundation

/// Files with the strain of gravitational-wave detectors.
public enum StrainFolder {
  /// Reads a file of the INFN tutorial (data set `strain`) or of GWOSC (`strain/Strain`).
  ///
  /// - Throws: ``DatasetsError`` if neither is there, or it is not sound.
  public static func series(file: String) throws -> TimeSeries {
    let strain = try HDF5Strain(path: file, dataSets: ["strain/Strain", "strain"])
    return TimeSeries(strain.samples, rate: strain.sampleRate, start: strain.start ?? 0)
  }

  /// Reads a file of a data set.
  public static func series(from set: LocatedDataSet, file: String) throws -> TimeSeries {
    try series(file: "\(set.folder)/\(file)")
  }

  /// Reads all `.h5` and `.hdf5` files of a folder of the user's own, by name.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - rate: What the rates must be a multiple of, in hertz.
  ///   - seconds: The shortest series that is of use.
  /// - Returns: The files' names without their endings, and what is in them.
  /// - Throws: ``DatasetsError`` if there is none, or one is not sound, too short, or of a rate that
  ///   cannot be used.
  public static func all(
    in folder: URL, rate: Double, atLeast seconds: Double
  ) throws -> [(name: String, series: TimeSeries)] {
    let place = UserFolder(folder)
    let files = try (place.files("h5") + place.files("hdf5")).sorted()
    guard !files.isEmpty else {
      throw DatasetsError.unusable(path: place.path, reason: "there is no .h5 or .hdf5 file in it")
    }
    return try files.map { file in
      let series = try series(file: file)
      let ratio = series.rate / rate
      guard ratio >= 1, abs(ratio - ratio.rounded()) < 1e-6 else {
        throw DatasetsError.malformed(
          file: file, position: "sampling",
          reason: "\(series.rate) samples a second are no multiple of \(Int(rate))")
      }
      guard series.duration >= seconds else {
        throw DatasetsError.malformed(
          file: file, position: "samples",
          reason: "it lasts \(series.duration) s, and \(seconds) s are needed")
      }
      return (URL(filePath: file).deletingPathExtension().lastPathComponent, series)
    }
  }
}
