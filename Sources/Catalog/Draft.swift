import Casework

/// What could be read of a file, sound or not, and where it stands.
struct Draft: Sendable {
  /// The lines of what only the program can judge.
  struct Places: Sendable {
    /// The lines of the settings that each preset sets.
    var presets: [String: [String: Int]] = [:]
    /// The lines of the settings that each expectation speaks of, in their order.
    var conditions: [[String: Int]] = []
    /// The lines of the settings that are described.
    var settings: [String: Int] = [:]
    /// The line of the key `settings`.
    var settingsLine = 1
  }

  let file: String
  var slug: Slug?
  var title: (text: String, line: Int)?
  var dataNames: [(name: String, line: Int)] = []
  var declaredData: [(dataSet: DataSet, line: Int)] = []
  var places = Places()
  var faults: [Fault] = []
  var entry: Entry?

  init(file: String) { self.file = file }
}
