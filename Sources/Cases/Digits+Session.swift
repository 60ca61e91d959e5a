import Casework
import Datasets
import Foundation
import Randomness

extension Digits {
  /// Reads the digits that a setting names.
  ///
  /// - Parameters:
  ///   - data: `mnist`; `digits`, the 1,797 shipped images, of which the same 1,297 are for training
  ///     whatever the seed; or a folder with the four IDX files.
  ///   - session: Where they come from.
  /// - Returns: The images to train and to test with.
  /// - Throws: What keeps them from being had or read.
  static func named(_ data: String, in session: Session) async throws -> (
    train: Digits, test: Digits
  ) {
    switch data {
    case "mnist": return try mnist(from: await session.dataSet("mnist"))
    case "digits":
      return try uci(from: await session.dataSet("digits"))
        .split(first: 1297, in: RandomStream(seed: 0).split("uci digits"))
    default: return try folder(session.dataFolder(data))
    }
  }
}
