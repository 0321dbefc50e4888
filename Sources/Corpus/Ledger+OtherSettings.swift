package import Detection
internal import GRDB

/// Hard negatives that were mined with other HOG settings, and have not been sealed since.
extension Ledger {
  /// Those whose features were not made for these settings, including those that wait for a person.
  func hardNegatives(notFor hog: HOGDescriptor) throws(LedgerError) -> [HardNegativeRecord] {
    try read {
      try HardNegativeRecord.fetchAll(
        $0,
        sql: """
          SELECT hard_negatives.* FROM features JOIN hard_negatives ON id = hard_negative
          WHERE length(floats) <> ? OR made_for <> ? ORDER BY image, id
          """, arguments: [hog.featureCount * MemoryLayout<Float>.stride, hog.fingerprint]
      )
    }
  }

  /// Recomputes them from their boxes and pictures.
  /// - Parameters:
  ///   - hog: the settings to use.
  ///   - gone: the pictures whose hard negatives are forgotten instead.
  ///   - describe: returns the features of these boxes of any other picture, one after another.
  package func describeAnew(
    for hog: HOGDescriptor, givingUp gone: Set<PictureRecord.ID> = [],
    _ describe: (PictureRecord, [Box]) throws -> [Float]
  ) throws -> FeatureFile.Rebuilt {
    var rebuilt = FeatureFile.Rebuilt(hardNegatives: 0, lost: [])
    let others = Dictionary(grouping: try hardNegatives(notFor: hog), by: \.picture)
    for picture in try pictures(Set(others.keys)) {
      let windows = others[picture.id, default: []]
      if gone.contains(picture.id) {
        try forget(windows)
        rebuilt.lost.append(picture)
        continue
      }
      let features = try describe(picture, windows.map(\.hardNegative.box))
      let featureCount = hog.featureCount
      precondition(
        features.count == windows.count * featureCount,
        "\(features.count) features of \(windows.count) windows")
      try replaceFeatures(
        of: windows.enumerated().map { index, window in
          (window, features[(index * featureCount)..<((index + 1) * featureCount)])
        }, madeFor: hog)
      rebuilt.hardNegatives += windows.count
    }
    return rebuilt
  }

  private func replaceFeatures(
    of windows: [(window: HardNegativeRecord, features: ArraySlice<Float>)],
    madeFor hog: HOGDescriptor
  ) throws(LedgerError) {
    let fingerprint = hog.fingerprint
    try write { database in
      for (window, features) in windows where try dropFeatures(of: window.id, in: database) {
        try addFeatures(
          FeatureBlob.data(features), madeFor: fingerprint, of: window.id, in: database)
      }
    }
  }

  private func forget(_ windows: [HardNegativeRecord]) throws(LedgerError) {
    try write { database in
      for window in windows where try dropFeatures(of: window.id, in: database) {
        try database.execute(
          sql: "DELETE FROM hard_negatives WHERE id = ?", arguments: [window.id])
      }
    }
  }
}
