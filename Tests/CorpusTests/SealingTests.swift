import Detection
import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A folder with a feature file and a ledger.
private struct Store {
  let features: FeatureFile
  let ledger: Ledger

  init(_ folder: FilePath, for hog: HOGDescriptor = tinyHOG) throws {
    features = FeatureFile(folder.appending("features.hdf5"), for: hog)
    ledger = try Ledger(folder.appending("state.sqlite"))
  }

  /// What h5py finds in the file, one line per part.
  func contents() throws -> String {
    try Python.run(
      """
      import h5py, sys
      with h5py.File(sys.argv[1], "r") as db:
          for name in sorted(db):
              print(name, db[name].dtype, db[name][:].tolist())
          for name, value in sorted(db.attrs.items()):
              print(f"{name}={value}")
      """, [features.path.string])
  }
}

private let someRows = LabelledRows(
  labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3)

/// What h5py finds in the attributes of a file made for `tinyHOG`.
private func attributes(imported: Int, sealedThrough: Int) -> String {
  """
  block_norm=L1
  block_norm_fixed=b'L1'
  cells_per_block=[1 1]
  descriptor=skimage
  descriptor_fixed=b'skimage'
  imported_hard_negatives=\(imported)
  normalize=1
  orientations=3
  pixels_per_cell=[8 8]
  sealed_through=\(sealedThrough)
  window_dim=[8 8]
  """
}

@Suite struct `Sealing` {
  @Test func `appends each batch, the most confident first`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.features.writeFeatures(someRows)
      try store.ledger.acknowledge([
        picture("a", probabilities: [0.5, 0.75]), picture("b", probabilities: [0.75, 0.875]),
      ])
      #expect(try store.features.seal(store.ledger) == 4)
      try store.ledger.acknowledge([picture("c", probabilities: [1])])
      #expect(try store.features.seal(store.ledger) == 1)
      #expect(try store.features.seal(store.ledger) == 0)
      #expect(
        try store.contents() == """
          features float32 [[1.0, 1.0, 2.0, 3.0], [-1.0, 4.0, 5.0, 6.0]]
          hard_negatives float32 [[-1.0, 0.875, 0.875, 0.875], [-1.0, 0.75, 0.75, 0.75], \
          [-1.0, 0.75, 0.75, 0.75], [-1.0, 0.5, 0.5, 0.5], [-1.0, 1.0, 1.0, 1.0]]
          hard_negatives_probability float64 [0.875, 0.75, 0.75, 0.5, 1.0]
          \(attributes(imported: 0, sealedThrough: 5))

          """)
      // Equally confident ones stay in the order in which they came.
      #expect(try store.ledger.hardNegatives(of: digest("a")).map(\.row) == [3, 1])
      #expect(try store.ledger.hardNegatives(of: digest("b")).map(\.row) == [2, 0])
      let counts = try store.ledger.counts()
      #expect(counts.sealed == 5 && counts.unsealed == 0 && counts.unsealedBytes == 0)
    }
  }

  /// Windows that wait for a person used to make every seal urgent, one after each batch.
  @Test func `is urgent for what it would write`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      var counts = LedgerCounts()
      counts.unsealedBytes = 1 << 30
      counts.setAside = 1 << 26
      #expect(!store.features.isSealDue(counts))
      counts.hardNegatives = (64 << 20) / 16 + 1
      #expect(store.features.isSealDue(counts))
    }
  }

  @Test func `keeps the lesson's own features as they are, and its hard negatives first`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as db:
            db.create_dataset("features", data=numpy.array([[1, .1, .2, .3], [-1, .4, .5, .6]]))
            db.create_dataset("hard_negatives", data=numpy.array([[-1, .5, .25, .125]]))
            db.create_dataset("of my own", data=[7])
        """, [store.features.path.string])
      try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
      #expect(try store.features.seal(store.ledger) == 1)
      try store.ledger.acknowledge([picture("b", probabilities: [0.75])])
      #expect(try store.features.seal(store.ledger) == 1)
      #expect(
        try store.contents() == """
          features float64 [[1.0, 0.1, 0.2, 0.3], [-1.0, 0.4, 0.5, 0.6]]
          hard_negatives float32 [[-1.0, 0.5, 0.25, 0.125], [-1.0, 0.5, 0.5, 0.5], \
          [-1.0, 0.75, 0.75, 0.75]]
          hard_negatives_probability float64 [nan, 0.5, 0.75]
          of my own int64 [7]
          \(attributes(imported: 1, sealedThrough: 2))

          """)
    }
  }

  @Test func `takes a table without rows for none, whatever its shape`() throws {
    for shape in ["0", "(0, 9)"] {
      try withTemporaryFolder { folder in
        let store = try Store(folder)
        try store.features.writeFeatures(someRows)
        _ = try Python.run(
          """
          import h5py, numpy, sys
          with h5py.File(sys.argv[1], "r+") as db: db["hard_negatives"] = numpy.zeros(\(shape))
          """, [store.features.path.string])
        try store.features.writeFeatures(someRows)
        #expect(try store.features.trainingRows().rowCount == 2)
        try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
        #expect(try store.features.seal(store.ledger) == 1)
        #expect(try store.features.hardNegativeProbabilities() == [0.5])
        #expect(try store.features.trainingRows().rowCount == 3)
      }
    }
  }

  @Test func `finishes what was cut off before the ledger knew`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5, 0.75])])
      // The new file is in place, and then the disk fails.
      let disk = FailingDisk { $0 == .synchronize(folder) }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) { try store.features.seal(store.ledger) }
      }
      #expect(try store.features.summary().hardNegatives == 2)
      #expect(try store.ledger.counts().sealed == 0)

      try store.ledger.acknowledge([picture("b", probabilities: [0.875])])
      #expect(try store.features.seal(store.ledger) == 3)
      #expect(try store.features.hardNegativeProbabilities() == [0.75, 0.5, 0.875])
      #expect(try store.ledger.hardNegatives(of: digest("a")).map(\.row) == [1, 0])
      #expect(try store.ledger.hardNegatives(of: digest("b")).map(\.row) == [2])
    }
  }

  @Test func `seals a window that a person accepted late`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      var scene = picture("scene", probabilities: [0.875, 0.75])
      scene.hardNegatives[0].isSetAside = true
      try store.ledger.acknowledge([scene])
      #expect(try store.features.seal(store.ledger) == 1)
      let waiting = try store.ledger.setAside()[0].hardNegative.id
      #expect(try store.ledger.decide(.negative, [waiting]) == [waiting])
      #expect(try store.features.seal(store.ledger) == 1)
      #expect(try store.features.hardNegativeProbabilities() == [0.75, 0.875])
    }
  }

  @Test func `refuses a file that is not the one it sealed`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5, 0.75])])
      try store.features.seal(store.ledger)
      try FileManager.default.removeItem(atPath: store.features.path.string)
      try store.ledger.acknowledge([picture("b", probabilities: [0.5])])
      let error = #expect(throws: FeatureFileError.self) {
        try store.features.seal(store.ledger)
      }
      #expect(error?.cause == .disagreesWithLedger)
      #expect(
        error?.description.contains("0 sealed hard negatives, but the ledger has 2") == true)
      #expect(try store.ledger.counts().unsealed == 1)
    }
  }

  @Test(arguments: [hog(orientations: 5, cell: 8), hog(orientations: 3, cell: 8, blockNorm: .l2)])
  func `waits until what other settings made has been described anew`(other: HOGDescriptor) throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.features.writeFeatures(someRows)
      let old = ["a", "gone"].map { picture($0, probabilities: [0.5, 0.75], hog: other) }
      try store.ledger.acknowledge(old + [picture("b", probabilities: [0.875])])
      try store.ledger.recordKept([(digest("a"), store.features.path)])
      let error = #expect(throws: FeatureFileError.self) { try store.features.seal(store.ledger) }
      #expect(error?.cause == .otherSettings)
      #expect(error?.description.contains("4 hard negatives that wait to be added") == true)

      let gone = try #require(try store.ledger.picture(digest("gone")))
      let made = try store.ledger.describeAnew(for: tinyHOG, givingUp: [gone.id]) {
        picture, boxes in
        #expect(picture.sha256 == digest("a"))
        return boxes.flatMap { [Float($0.x0), 8, 9] }
      }
      #expect(made.hardNegatives == 2 && made.lost.map(\.name) == ["gone"])
      #expect(try store.ledger.counts().unsealedBytes == 3 * 3 * 4)
      #expect(try store.features.seal(store.ledger) == 3)
      #expect(
        try store.features.trainingRows().features(2..<5)
          == [0.875, 0.875, 0.875, 1, 8, 9, 0, 8, 9])
      #expect(try store.ledger.inconsistencies() == [])
    }
  }

  @Test func `refuses a ledger that is older than the file`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5, 0.75])])
      try store.features.seal(store.ledger)
      let fresh = try Ledger(folder.appending("fresh.sqlite"))
      #expect(throws: FeatureFileError.self) { try store.features.seal(fresh) }
    }
  }

  @Test func `tells of each part of the file that it writes`() throws {
    try withTemporaryFolder { folder in
      // Two such rows are more than is written at once.
      let hog = hog(orientations: 1_500_000, cell: 8)
      let store = try Store(folder, for: hog)
      try store.features.writeFeatures(
        LabelledRows(
          labels: [1], features: [Float](repeating: 0, count: hog.featureCount),
          featureCount: hog.featureCount))
      var parts: [Int] = []
      for name in ["a", "b"] {
        try store.ledger.acknowledge([
          picture(name, probabilities: [0.5, 0.75], hog: hog)
        ])
        var count = 0
        try store.features.seal(store.ledger) { count += 1 }
        parts.append(count)
      }
      // The features, and each row of the first batch; the second time, also the rows that are kept.
      #expect(parts == [3, 5])
    }
  }

  @Test func `waits for nobody where it is told not to`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
      try FileLock.holding(folder.appending("features.hdf5.lock")) {
        _ = #expect(throws: FileLock.Held.self) {
          try store.features.seal(store.ledger, waiting: false)
        }
      }
      #expect(try store.features.seal(store.ledger, waiting: false) == 1)
    }
  }

  @Test func `gives the same bytes for the same windows`() throws {
    try withTemporaryFolder { folder in
      let files = try ["a", "b"].map { name in
        try Durable.createFolder(folder.appending(name))
        let store = try Store(folder.appending(name))
        try store.features.writeFeatures(someRows)
        try store.ledger.acknowledge([picture("a", probabilities: [0.5, 0.75])])
        try store.features.seal(store.ledger)
        return FileManager.default.contents(atPath: store.features.path.string)
      }
      #expect(files[0] != nil && files[0] == files[1])
    }
  }
}

@Suite struct `Writing features` {
  @Test func `keeps the hard negatives`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
      try store.features.seal(store.ledger)
      try store.features.writeFeatures(someRows)
      #expect(
        try store.features.summary()
          == FeatureFile.Summary(
            rows: 2, hardNegatives: 1, featureCount: 3, sealedThrough: 1, imported: 0))
      #expect(try store.features.seal(store.ledger) == 0)
    }
  }

  @Test func `says for good which pictures they were drawn from`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      #expect(try store.features.drawnPictures() == nil)
      let drawn: Set = [digest("car"), digest("scene"), digest("another car")]
      try store.features.writeFeatures(someRows, drawnFrom: drawn)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
      try store.ledger.recordKept([(digest("a"), store.features.path)])
      try store.features.seal(store.ledger)
      #expect(try store.features.drawnPictures() == drawn)
      _ = try store.features.rebuildHardNegatives(from: store.ledger) { _, boxes in
        [Float](repeating: 1, count: 3 * boxes.count)
      }
      #expect(try store.features.drawnPictures() == drawn)
      try store.features.writeFeatures(someRows)
      #expect(try store.features.drawnPictures() == nil)
    }
  }

  @Test(arguments: [
    (
      hog(orientations: 5, cell: 8),
      "hard_negatives have 3 features per row, but the settings give 5: use the settings"
    ),
    (
      hog(orientations: 3, cell: 8, blockNorm: .l2),
      #"hard_negatives were made with block_norm "L1", but the settings say "L2": use the settings"#
    ),
  ])
  func `refuses rows that do not go with the hard negatives`(other: HOGDescriptor, problem: String)
    throws
  {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      let file = FeatureFile(store.features.path, for: other)
      func write(_ file: FeatureFile) throws {
        let count = file.hog.featureCount
        try file.writeFeatures(
          LabelledRows(
            labels: [1], features: [Float](repeating: 0, count: count), featureCount: count))
      }
      // While there are no hard negatives, the settings can still change.
      try write(store.features)
      try write(file)
      try write(store.features)
      try store.ledger.acknowledge([picture("a", probabilities: [0.5])])
      try store.features.seal(store.ledger)
      let error = #expect(throws: FeatureFileError.self) { try write(file) }
      #expect(error?.cause == .otherSettings)
      #expect(error?.description.contains(problem) == true)
      try store.ledger.acknowledge([picture("b", probabilities: [0.5], hog: other)])
      #expect(throws: FeatureFileError.self) { try file.seal(store.ledger) }
    }
  }

  @Test func `is refused on a damaged file, which is left alone`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try Durable.write("damaged".utf8, to: store.features.path)
      #expect(throws: (any Error).self) { try store.features.writeFeatures(someRows) }
      #expect(FileManager.default.contents(atPath: store.features.path.string)?.count == 7)
    }
  }
}
