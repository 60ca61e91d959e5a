/// Returns the names that a mistyped one was probably meant to be, nearest first.
///
/// A name is near if it starts or is started by the other one, or if at most a third of its letters
/// would have to change or be exchanged with the next (Damerau, 1964). No name is near one of more than
/// a hundred letters.
public func nearest(to name: String, among known: some Sequence<String>) -> [String] {
  // Each letter is compared with each of every name.
  guard name.utf8.count <= 400, name.count <= 100 else { return [] }
  let wanted = Array(name.lowercased())
  let scored = known.compactMap { candidate -> (name: String, distance: Int)? in
    let letters = Array(candidate.lowercased())
    let isPart =
      wanted.count >= 3 && letters.count >= 3
      && (candidate.lowercased().contains(name.lowercased())
        || name.lowercased().contains(candidate.lowercased()))
    let distance = editDistance(wanted, letters)
    guard isPart || distance <= max(1, max(wanted.count, letters.count) / 3) else { return nil }
    return (candidate, distance)
  }
  return scored.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// Returns ` Did you mean …?`, or nothing if no name is near.
public func suggestion(for name: String, among known: some Sequence<String>) -> String {
  let names = nearest(to: name, among: known).map { "'\($0)'" }
  return names.isEmpty ? "" : " Did you mean \(names.joined(separator: " or "))?"
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var (before, last) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
      row.append(least)
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}
