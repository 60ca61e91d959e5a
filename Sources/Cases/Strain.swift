import Casework
import Datasets

/// What a detector measured, by the detector's or the file's name.
struct Strain {
  let name: String
  let series: TimeSeries

  /// Returns the strain of a data set, or of a folder of the user's own.
  ///
  /// - Parameters:
  ///   - data: `simulated`, of which there is none; `virgo-v1-60s`; `ligo-gw150914`, H1 and L1; or a
  ///     folder with files as the GWOSC publishes them.
  ///   - session: Where they come from.
  /// - Returns: One for each file.
  /// - Throws: What keeps them from being had or read.
  static func named(_ data: String, in session: Session) async throws -> [Strain] {
    switch data {
    case "simulated": return []
    case "virgo-v1-60s":
      let set = try await session.dataSet(data)
      return [Strain(name: "V1", series: try StrainFolder.series(from: set, file: "GW170814.h5"))]
    case "ligo-gw150914":
      let set = try await session.dataSet(data)
      return try ["H1", "L1"].map { name in
        let file = "\(name.prefix(1))-\(name)_LOSC_4_V2-1126259446-32.hdf5"
        return Strain(name: name, series: try StrainFolder.series(from: set, file: file))
      }
    default:
      return try StrainFolder.all(in: session.dataFolder(data), rate: 1024, atLeast: 16)
        .map { Strain(name: $0.name, series: $0.series) }
    }
  }
}
