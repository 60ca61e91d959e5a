import Casework
import Datasets
import Foundation
import Synchronization

/// What stands behind a session in a test: arrays.
final class MemoryHost: SessionHost {
  struct Contents {
    var values: [String: Double] = [:]
    var series: [String: [Double]] = [:]
    var figures: [Figure] = []
    var artifacts: [String: Data] = [:]
    var checkpoints: [Data] = []
    var notes: [String] = []
  }

  private let state = Mutex(Contents())
  private let store: DataStore?
  private let sets: [DataSet]

  init(store: DataStore? = nil, sets: [DataSet] = []) { (self.store, self.sets) = (store, sets) }

  var contents: Contents { state.withLock { $0 } }

  func log(_ metric: String, _ value: Double, step: Int?) {
    state.withLock {
      $0.values[metric] = value
      if step != nil { $0.series[metric, default: []].append(value) }
    }
  }
  func keep(_ figure: Figure) { state.withLock { $0.figures.append(figure) } }
  func keep(_ name: String, _ data: Data, mediaType: String, role: Artifact.Role) {
    state.withLock { $0.artifacts[name] = data }
  }
  func tag(_ name: String, _ value: String) {}
  func checkpoint(_ data: Data) { state.withLock { $0.checkpoints.append(data) } }
  func progress(_ progress: RunProgress) {}
  func note(_ text: String) { state.withLock { $0.notes.append(text) } }

  func dataSet(_ name: String) async throws -> LocatedDataSet {
    struct NoData: Error { let name: String }
    guard let store, let set = sets.first(where: { $0.name == name }),
      let place = try store.locate(set)
    else { throw NoData(name: name) }
    return place
  }
  func dataFolder(_ path: String) -> URL { URL(filePath: path) }
}
