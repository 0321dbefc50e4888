import Corpus
import SystemPackage
import TestSupport
import Testing

/// A file with four rows of features and the hard negatives 0.5, 0.875, 0.75 in this order.
private func file(in folder: FilePath) throws -> FeatureFile {
  let features = FeatureFile(folder.appending("features.hdf5"), for: tinyHOG)
  let ledger = try Ledger(folder.appending("state.sqlite"))
  try features.writeFeatures(
    LabelledRows(labels: [1, 1, -1, -1], features: (0..<12).map { Float($0) }, featureCount: 3))
  for (name, probability) in [("a", 0.5), ("b", 0.875), ("c", 0.75)] {
    try ledger.acknowledge([picture(name, probabilities: [probability])])
    try features.seal(ledger)
  }
  return features
}

extension TrainingRows {
  func features(_ rows: Range<Int>) throws -> [Float] {
    var features = [Float](repeating: .nan, count: rows.count * columnCount)
    var span = features.mutableSpan
    try read(rows: rows, into: &span)
    return features
  }
}

@Suite struct `Training rows` {
  @Test(arguments: [
    (FeatureFile.HardNegativeChoice.all, [0.5, 0.875, 0.75]),
    (.mostConfident(0), []), (.mostConfident(1), [0.875]), (.mostConfident(2), [0.875, 0.75]),
    (.mostConfident(9), [0.5, 0.875, 0.75]), (.rows([2, 0]), [0.5, 0.75]),
    (.rows([0, 2, 3, 9]), [0.5, 0.75]),
  ])
  func `are the features and the chosen hard negatives`(
    choice: FeatureFile.HardNegativeChoice, probabilities: [Float]
  ) throws {
    try withTemporaryFolder { folder in
      let rows = try file(in: folder).trainingRows(hardNegatives: choice)
      #expect(rows.hardNegatives == probabilities.count)
      #expect(rows.labels == [1, 1, -1, -1] + probabilities.map { _ in -1 })
      let all = (0..<12).map { Float($0) } + probabilities.flatMap { [$0, $0, $0] }
      for first in 0...rows.rowCount {
        for end in first...rows.rowCount {
          #expect(try rows.features(first..<end) == Array(all[(first * 3)..<(end * 3)]))
        }
      }
    }
  }

  @Test func `stay the same when the file is replaced`() throws {
    try withTemporaryFolder { folder in
      let file = try file(in: folder)
      let rows = try file.trainingRows()
      try file.writeFeatures(LabelledRows(labels: [1], features: [9, 9, 9], featureCount: 3))
      #expect(try rows.features(0..<4) == (0..<12).map { Float($0) })
    }
  }

  @Test func `are refused where the settings make others`() throws {
    try withTemporaryFolder { folder in
      let file = try file(in: folder)
      let error = #expect(throws: FeatureFileError.self) {
        try FeatureFile(file.path, for: smallHOG).trainingRows()
      }
      #expect(error?.cause == .otherSettings)
      let none = #expect(throws: FeatureFileError.self) {
        try FeatureFile(folder.appending("none.hdf5"), for: tinyHOG).trainingRows()
      }
      #expect(none?.cause == .noFeatures)
    }
  }

  @Test func `are what scikit-learn trains on`() throws {
    try withTemporaryFolder { folder in
      let printed = try Python.run(
        """
        import sys
        from lesson import train
        model = train(dict(features_path=sys.argv[1], C=1.0), hard_negatives=3)
        print(len(model["weights"]), model["bias"] == model["bias"])
        """, [file(in: folder).path.string])
      #expect(printed == "3 True\n")
    }
  }
}
