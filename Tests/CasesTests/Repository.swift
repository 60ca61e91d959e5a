import Casework
import Catalog
import Datasets
import Foundation

/// The files that the tests read.
enum Repository {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized
  static let catalog = Result { try Catalog.read(folder: root.appending(path: "Catalog").path()) }

  /// Data of the repository, and real data beside it where there is some.
  static let store = DataStore.standard(
    environment: ["CASEBOOK_DATA": root.appending(path: "../shared/data").standardized.path()],
    shipped: [root.appending(path: "Catalog/data").path()])
}
