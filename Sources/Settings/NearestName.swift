extension String {
  /// The only name whose words are all in this one, or the reverse: `window_dim` for `sliding_window_dim`.
  /// - Returns: nil if there is none or there are several.
  func sharingWords(with names: [String]) -> String? {
    func words(_ name: String) -> Set<Substring> { Set(name.lowercased().split(separator: "_")) }
    let own = words(self)
    let alike = names.filter { words($0).isSubset(of: own) || own.isSubset(of: words($0)) }
    let fewest = alike.map { words($0).symmetricDifference(own).count }.min()
    let closest = alike.filter { words($0).symmetricDifference(own).count == fewest }
    return closest.count == 1 ? closest[0] : nil
  }

  /// The name that was probably meant: the one with the smallest edit distance, at most a third of the letters.
  package func nearest(in names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: editDistance(to: $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
      best.distance <= max(best.name.count, count) / 3
    else { return nil }
    return best.name
  }

  /// The fewest letters to insert, delete or replace (Levenshtein distance), ignoring case.
  private func editDistance(to other: String) -> Int {
    let (own, others) = (Array(lowercased()), Array(other.lowercased()))
    var row = Array(0...others.count)
    for (i, letter) in own.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, otherLetter) in others.enumerated() {
        let replaced = diagonal + (letter == otherLetter ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[others.count]
  }
}
