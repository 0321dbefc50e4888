import Detection
import Durable
import Foundation
import HDF5
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A store with segments from its second seal on.
struct GrownStore {
  private(set) var features: FeatureFile
  let ledger: Ledger
  private var count = 0

  init(_ folder: FilePath, limits: SegmentLimits = .tiny, hog: HOGDescriptor = tinyHOG) throws {
    features = FeatureFile(folder.appending("features.hdf5"), for: hog, limits: limits)
    ledger = try Ledger(folder.appending("state.sqlite"))
  }

  /// Changes the limits from now on.
  mutating func change(_ limits: SegmentLimits) {
    features = FeatureFile(features.path, for: features.hog, limits: limits)
  }

  /// Seals a new picture with this many hard negatives.
  mutating func seal(_ rowCount: Int = 1) throws {
    count += 1
    let first = 0.5 + Double(count) / 4096
    try ledger.acknowledge([
      picture(
        "picture \(count)", probabilities: (0..<rowCount).map { first - Double($0) / 65536 },
        hog: features.hog)
    ])
    try features.seal(ledger)
  }

  /// Draws `features`, seals two pictures, and removes the segment of the second.
  /// - Returns: where it was.
  mutating func loseSegment() throws -> FilePath {
    try features.writeFeatures(someRows)
    for count in [2, 1] { try seal(count) }
    let path = features.segmentFolder.appending("000003.hdf5")
    try FileManager.default.removeItem(atPath: path.string)
    return path
  }

  /// The number of rows in each segment.
  var rowCounts: [Int] {
    get throws { try features.layout()?.hardNegatives.map(\.rowCount) ?? [] }
  }

  /// All hard negatives and their probabilities, as h5py reads them.
  func found(in path: FilePath? = nil) throws -> String {
    try Python.run(
      """
      import h5py, os, sys
      os.chdir("/")
      with h5py.File(sys.argv[1], "r") as db:
          for name in sorted(db):
              print(name, db[name].dtype, db[name][()].tolist())
      """, [(path ?? features.path).string])
  }
}

extension SegmentLimits {
  /// All seals but the first make segments, and one row counts as another size than three.
  static var tiny: SegmentLimits {
    var limits = SegmentLimits()
    limits.plainBytes = 1
    limits.leastBytes = 2 * 16
    return limits
  }

  /// Never makes segments.
  static var plain: SegmentLimits {
    var limits = SegmentLimits()
    limits.plainBytes = .max
    return limits
  }
}

private let someRows = LabelledRows(
  labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3)

@Suite struct `A grown feature file` {
  @Test func `is read by h5py as a plain one is`() throws {
    try withTemporaryFolder { folder in
      let found = try [("grown", SegmentLimits.tiny), ("plain", .plain)].map { name, limits in
        try Durable.createFolder(folder.appending(name))
        var store = try GrownStore(folder.appending(name), limits: limits)
        try store.features.writeFeatures(someRows, drawnFrom: [digest("car")])
        for count in [3, 1, 2] { try store.seal(count) }
        #expect(try store.rowCounts == (name == "grown" ? [3, 1, 2] : []))
        let rows = try store.features.trainingRows()
        #expect(try store.features.drawnPictures() == [digest("car")])
        return (try store.found(), try rows.features(0..<rows.rowCount), rows.labels)
      }
      #expect(found[0] == found[1])
    }
  }

  @Test func `takes a plain one over as it is, and costs no more than what is new`() throws {
    try withTemporaryFolder { folder in
      var limits = SegmentLimits.tiny
      limits.plainBytes = 20_000
      var store = try GrownStore(folder, limits: limits)
      try store.features.writeFeatures(
        LabelledRows(
          labels: [Float](repeating: 1, count: 1_000),
          features: [Float](repeating: 1, count: 3_000), featureCount: 3))
      try store.seal(200)
      #expect(try store.rowCounts == [200])
      let path = folder.appending("features.hdf5.segments/000001.hdf5")
      let before = try Data(contentsOf: URL(filePath: path.string))
      try store.seal()
      #expect(try Data(contentsOf: URL(filePath: path.string)) == before)
      #expect(try store.rowCounts == [200, 1])
      #expect(store.features.path.fileSize! < 10_000)
      #expect(try store.features.summary().rows == 1_000)
      #expect(try store.features.trainingRows().rowCount == 1_201)
    }
  }

  @Test func `says in each segment where its rows come from`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder, limits: .plain)
      try store.seal(2)
      store.change(.tiny)
      for count in [3, 1, 1, 1] { try store.seal(count) }
      func origins() throws -> [[RowOrigin]] {
        try store.features.layout()!.hardNegatives.map { try store.features.origins(of: $0) }
      }
      func expected(_ number: Int) throws -> [RowOrigin] {
        try store.ledger.hardNegatives(of: digest("picture \(number)"))
          .sorted { $0.row! < $1.row! }
          .map { RowOrigin($0.hardNegative, in: digest("picture \(number)"), by: $0.generation) }
      }
      // The plain file does not say it.
      let plain = try expected(1).map { RowOrigin(probability: $0.probability) }
      #expect(try origins() == [plain] + (2...5).map(expected))
      #expect(try store.features.mergeSegments() == .merged)
      #expect(try origins() == [plain, expected(2), (3...5).flatMap(expected)])
      _ = try store.features.forget(
        [store.ledger.picture(digest("picture 4"))!.id], reason: "a car", in: store.ledger)
      #expect(try origins() == [plain, expected(2), [3, 5].flatMap(expected)])

      let segment = store.features.path(of: try store.features.layout()!.hardNegatives[1])
      let printed = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "r") as segment:
            for row in range(len(segment["hard_negatives"])):
                print(
                    bytes(segment["hard_negatives_picture"][row]).hex(),
                    segment["hard_negatives_place"][row].tolist(), segment["hard_negatives_margin"][row],
                    segment["hard_negatives_probability"][row])
        """, [segment.string])
      let lines = try expected(2).map { origin in
        let source = try #require(origin.source)
        let box = source.box
        return
          "\(source.picture) \([box.x0, box.y0, box.x1, box.y1, source.layer, source.generation!]) "
          + "\(source.margin) \(origin.probability)"
      }
      #expect(printed == lines.joined(separator: "\n") + "\n")
    }
  }

  @Test func `stays plain where something else is in it`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.seal()
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'a') as f: f['mine'] = [7]",
        [store.features.path.string])
      try store.seal()
      #expect(try store.rowCounts == [])
      #expect(try store.found().contains("mine int64 [7]"))
    }
  }

  @Test func `keeps what others put into it`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      for _ in 0..<2 { try store.seal() }
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'a') as f: f['mine'] = [7]",
        [store.features.path.string])
      try store.seal()
      #expect(try store.rowCounts == [1, 1, 1])
      #expect(try store.found().contains("mine int64 [7]"))
    }
  }

  @Test func `is found where a link leads, and under a name that is a pattern to HDF5`() throws {
    try withTemporaryFolder { folder in
      try Durable.createFolder(folder.appending("disk"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending("features.hdf5").string, withDestinationPath: "disk/100%b.hdf5")
      var store = try GrownStore(folder)
      for _ in 0..<2 { try store.seal() }
      #expect(try store.features.trainingRowsWithoutFeatures() == 2)
      #expect(try store.found().contains("hard_negatives_probability float64 [0.5002"))
      #expect(folder.appending("disk/100%b.hdf5.segments/000002.hdf5").fileSize != nil)
    }
  }

  @Test func `has new features in a segment of their own`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.features.writeFeatures(someRows, drawnFrom: [digest("car")])
      for _ in 0..<2 { try store.seal() }
      try store.features.writeFeatures(
        LabelledRows(labels: [-1], features: [7, 8, 9], featureCount: 3))
      #expect(try store.features.drawnPictures() == nil)
      #expect(try store.features.summary().rows == 1)
      #expect(try store.rowCounts == [1, 1])
      try store.seal()
      #expect(try store.found().contains("features float32 [[-1.0, 7.0, 8.0, 9.0]]"))
    }
  }

  @Test func `gives up the rows of what is forgotten, and only the segments that had any`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.features.writeFeatures(someRows)
      for count in [2, 1, 3] { try store.seal(count) }
      let before = try store.features.layout()!.hardNegatives
      for (name, rowCounts) in [("picture 2", [2, 3]), ("picture 1", [3]), ("picture 3", [])] {
        _ = try store.features.forget(
          [store.ledger.picture(digest(name))!.id], reason: "it shows the object", in: store.ledger)
        #expect(try store.rowCounts == rowCounts)
        #expect(try store.ledger.counts().sealed == rowCounts.reduce(0, +))
        if name == "picture 2" {
          #expect(try store.features.layout()!.hardNegatives == [before[0], before[2]])
        }
      }
      try store.seal()
      #expect(try store.features.summary().hardNegatives == 1)
      #expect(try store.found().contains("features float32 [[1.0, 1.0, 2.0, 3.0], [-1.0"))
    }
  }

  @Test func `leaves for a while what it replaces to readers that have the old file open`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.features.writeFeatures(someRows)
      for count in [2, 1, 3] { try store.seal(count) }
      let before = try store.features.namedSegments()
      for file in before {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -3_601)], ofItemAtPath: file.string)
      }
      _ = try store.features.forget(
        [store.ledger.picture(digest("picture 2"))!.id], reason: "a car", in: store.ledger)
      try store.features.writeFeatures(someRows)
      #expect(try before.subtracting(store.features.namedSegments()).count > 0)
      #expect(try store.features.mergeSegments() == .keeping)
      let left = try FileManager.default.contentsOfDirectory(
        atPath: store.features.segmentFolder.string)
      #expect(Set(left).isSuperset(of: before.map { $0.lastComponent!.string }))
    }
  }

  @Test func `names a segment that is missing, and goes on sealing`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      let path = try store.loseSegment()
      try store.seal()
      let error = #expect(throws: FeatureFileError.self) {
        try store.features.trainingRows()
      }
      #expect(error?.path == path)
      #expect(
        error?.description == """
          \(path): it should hold 1 row of hard_negatives of \(store.features.path), but it cannot be read: \
          No such file or directory: restore it, or `misfire verify --repair` recomputes them
          """)
      // To HDF5 itself the row exists, and contains NaN.
      #expect(try store.found().contains("[nan, nan, nan, nan]"))
    }
  }

  @Test func `says why a segment cannot be read, and does not call it lost`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      let path = try store.loseSegment()
      // A link to itself.
      try FileManager.default.createSymbolicLink(
        atPath: path.string, withDestinationPath: path.string)
      let error = #expect(throws: HDF5Error.self) { try store.features.trainingRows() }
      #expect(error?.path == path && error?.code == .tooManySymbolicLinkLevels)
      let models = ModelStore(
        folder: folder.appending("models"), classifier: folder.appending("model.hdf5"))
      let findings = try Verification(
        ledger: store.ledger, features: store.features, models: models
      ).findings()
      #expect(
        findings.map(\.description) == [
          """
          \(path): it cannot be read: Too many levels of symbolic links; check that it exists and is readable
          """
        ])
      #expect(throws: HDF5Error.self) {
        try store.features.rebuildHardNegatives(from: store.ledger) { _, _ in [] }
      }
    }
  }

  @Test func `is refused by a Misfire that knows no segments`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.seal()
      func applied() throws -> String {
        try Python.run(
          """
          import sqlite3, sys
          print([r[0] for r in sqlite3.connect(sys.argv[1]).execute("SELECT identifier FROM grdb_migrations")])
          """, [folder.appending("state.sqlite").string])
      }
      // An entry that is not in its list makes it report that a newer Misfire wrote the ledger.
      #expect(try applied() == "['1', '2', '3', '4', '5', '6']\n")
      try store.seal()
      #expect(try applied() == "['1', '2', '3', '4', '5', '6', 'segments']\n")
      #expect(try Ledger(folder.appending("state.sqlite")).counts().sealed == 2)
    }
  }
}

extension FeatureFile {
  /// The number of hard negatives that can be read.
  fileprivate func trainingRowsWithoutFeatures() throws -> Int {
    try hardNegativeProbabilities().count { $0 > 0.5 }
  }
}

@Suite struct `Merging segments` {
  /// Merges until no merge is due.
  private func merge(_ store: GrownStore) throws -> Int {
    var count = 0
    while case .merged = try store.features.mergeSegments() { count += 1 }
    return count
  }

  @Test func `keeps them few, and writes each row anew only now and then`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      var written = 0
      var most = 0
      for round in 1...81 {
        try store.seal()
        let before = Set(try store.features.layout()?.hardNegatives ?? [])
        _ = try merge(store)
        let after = Set(try store.features.layout()?.hardNegatives ?? [])
        written += after.subtracting(before).reduce(0) { $0 + $1.rowCount }
        most = max(most, after.count)
        #expect(try store.features.summary().hardNegatives == round)
      }
      // 81 is 3⁴.
      #expect(most <= 9 && written <= 5 * 81)
      #expect(
        try store.features.hardNegativeProbabilities() == (1...81).map { 0.5 + Double($0) / 4096 })
      #expect(try store.features.seal(store.ledger) == 0)
    }
  }

  @Test func `leaves no more than the limit, whatever their sizes`() throws {
    try withTemporaryFolder { folder in
      var limits = SegmentLimits.tiny
      limits.count = 3
      var store = try GrownStore(folder, limits: limits)
      for power in (0..<5).reversed() {
        try store.seal(1 << (2 * power))
        _ = try merge(store)
      }
      #expect(try store.rowCounts == [256, 64, 16 + 4 + 1])
    }
  }

  @Test func `leaves the merged files for a while to readers that have the old file open`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      for _ in 0..<4 { try store.seal() }
      #expect(try merge(store) == 1)
      #expect(try store.features.segmentNumbers().keys.sorted() == [1, 2, 3, 4, 5])
      let past = folder.appending("features.hdf5.segments/000002.hdf5").string
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -3_601)], ofItemAtPath: past)
      #expect(try merge(store) == 0)
      #expect(try store.features.segmentNumbers().keys.sorted() == [1, 3, 4, 5])
    }
  }

  @Test func `is no matter to a file with the largest of numbers`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder, limits: .tiny)
      for _ in 0..<2 { try store.seal() }
      let before = try store.features.segmentNumbers().keys.sorted()
      let other = folder.appending("features.hdf5.segments/\(Int.max).hdf5")
      try Durable.write("somebody's".utf8, to: other)
      try store.seal()
      #expect(try store.features.segmentNumbers().keys.sorted() == before + [before.last! + 1])
      #expect(FileManager.default.fileExists(atPath: other.string))
    }
  }

  @Test func `removes what was cut off`() throws {
    try withTemporaryFolder { folder in
      var limits = SegmentLimits.tiny
      limits.grace = .zero
      var store = try GrownStore(folder, limits: limits)
      for _ in 0..<4 { try store.seal() }
      let draft = folder.appending("features.hdf5.segments/000009.hdf5.draft")
      try Durable.write("cut off".utf8, to: draft)
      struct GivenUp: Error {}
      #expect(throws: GivenUp.self) {
        try store.features.mergeSegments { throw GivenUp() }
      }
      #expect(try merge(store) == 1)
      #expect(try store.rowCounts == [4])
      #expect(
        try FileManager.default.contentsOfDirectory(
          atPath: folder.appending("features.hdf5.segments").string
        ) == ["000010.hdf5"])
    }
  }

  @Test func `gives way to a seal and to a taking back`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      for _ in 0..<4 { try store.seal() }
      // Set by a seal that happens while the merged rows are written.
      var isSealed = false
      let merging = try store.features.mergeSegments {
        if !isSealed { try store.seal(2) }
        isSealed = true
      }
      #expect(merging == .merged)
      #expect(try store.rowCounts == [4, 2])
      for _ in 0..<3 { try store.seal() }
      let second = try store.features.mergeSegments {
        let picture = try #require(try store.ledger.picture(digest("picture 6")))
        _ = try store.features.forget([picture.id], reason: "a car", in: store.ledger)
      }
      #expect(second == .keeping)
      #expect(try store.features.summary().hardNegatives == 8)
      #expect(try store.features.seal(store.ledger) == 0)
    }
  }
}

@Suite struct `A damaged segment` {
  /// Three segments; the first is the former plain file.
  private struct Damaged {
    let store: GrownStore
    let folder: FilePath

    /// - Parameter imported: how many rows come with the file.
    init(_ folder: FilePath, imported: Int = 0) throws {
      self.folder = folder
      var store = try GrownStore(folder, limits: .plain)
      if imported > 0 {
        _ = try Python.run(
          """
          import h5py, numpy, sys
          with h5py.File(sys.argv[1], "w") as f:
              f["hard_negatives"] = numpy.full((int(sys.argv[2]), 4), -1, "f4")
          """, [store.features.path.string, "\(imported)"])
      }
      try store.features.writeFeatures(someRows)
      try store.seal(2)
      store.change(.tiny)
      for count in [3, 1] { try store.seal(count) }
      for number in 1...3 {
        let kept = folder.appending("kept \(number)")
        try Durable.write("picture".utf8, to: kept)
        try store.ledger.recordKept([(digest("picture \(number)"), kept)])
      }
      self.store = store
    }

    func path(_ number: Int) -> FilePath {
      folder.appending("features.hdf5.segments/00000\(number).hdf5")
    }

    var verification: Verification {
      Verification(
        ledger: store.ledger, features: store.features,
        models: ModelStore(
          folder: folder.appending("models"), classifier: folder.appending("model.hdf5")))
    }

    /// Gives up the hard negatives of pictures that are gone.
    func rebuild() throws -> FeatureFile.Rebuilt {
      let gone = try verification.missingPictures(isRebuilding: true).map(\.id)
      return try store.features.rebuildHardNegatives(
        from: store.ledger, givingUp: Set(gone), describe: describe)
    }

    /// The features of boxes in a picture, as they were mined.
    func describe(_ picture: PictureRecord, _ boxes: [Box]) -> [Float] {
      let number = Int(picture.name.string.split(separator: " ")[1])!
      let first = 0.5 + Double(number) / 4096
      return boxes.flatMap { [Float](repeating: Float(first - Double($0.x0) / 65536), count: 3) }
    }

    func rows() throws -> [Float] {
      let rows = try store.features.trainingRows()
      return try rows.features(0..<rows.rowCount)
    }
  }

  @Test(arguments: [
    ("import os; os.remove(path)", "it should hold 1 row of hard_negatives"),
    ("open(path, 'r+b').truncate(100)", "it should hold 1 row of hard_negatives"),
    ("h5py.File(path, 'r+')['hard_negatives_probability'][0] = 1", "its row 5 is not"),
    ("h5py.File(path, 'r+')['hard_negatives_place'][0, 0] = 7", "its row 5 is not"),
    (
      "del h5py.File(path, 'r+')['hard_negatives_margin']",
      "it should hold 1 row of hard_negatives"
    ),
    (
      "h5py.File(path, 'r+')['hard_negatives'][0, 2] = 2e38 * 10",
      "row 5 of hard_negatives, column 2, is inf"
    ),
    (
      "h5py.File(path, 'r+')['hard_negatives'][0, 2] = 0.123",
      "row 5 of hard_negatives is not what was written"
    ),
  ])
  func `is named, and described anew byte for byte beside the others`(
    damage: String, problem: String
  ) throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      #expect(try damaged.verification.findings() == [])
      let before = try (damaged.rows(), Data(contentsOf: URL(filePath: damaged.path(3).string)))
      let others = try damaged.store.features.layout()!.hardNegatives.prefix(2)
      _ = try Python.run(
        "import h5py, sys\npath = sys.argv[1]\n\(damage)", [damaged.path(3).string])
      let findings = try damaged.verification.findings()
      #expect(findings.map(\.path) == [damaged.path(3)])
      #expect(findings.map(\.remedy) == [.rebuilding])
      #expect(findings.first?.problem.hasPrefix(problem) == true)
      // The picture of another segment is not needed.
      try FileManager.default.removeItem(atPath: folder.appending("kept 2").string)
      #expect(try damaged.verification.missingPictures(isRebuilding: true).isEmpty)

      let rebuilt = try damaged.rebuild()
      #expect(rebuilt.hardNegatives == 1 && rebuilt.lost.isEmpty)
      #expect(try damaged.verification.findings() == [])
      #expect(try damaged.rows() == before.0)
      let segments = try damaged.store.features.layout()!.hardNegatives
      #expect(segments.prefix(2) == others)
      let new = damaged.store.features.path(of: segments[2])
      #expect(try Data(contentsOf: URL(filePath: new.string)) == before.1)
      #expect(try damaged.store.features.seal(damaged.store.ledger) == 0)
    }
  }

  @Test func `is given up without the picture, and the others keep their rows`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      for path in [damaged.path(2), folder.appending("kept 2")] {
        try FileManager.default.removeItem(atPath: path.string)
      }
      #expect(
        try damaged.verification.missingPictures(isRebuilding: true).map(\.name) == ["picture 2"])
      let rebuilt = try damaged.rebuild()
      #expect(rebuilt.hardNegatives == 0 && rebuilt.lost.map(\.name) == ["picture 2"])
      #expect(try damaged.store.rowCounts == [2, 1])
      #expect(try damaged.verification.findings() == [])
      #expect(try damaged.store.ledger.hardNegatives(of: digest("picture 3")).map(\.row) == [2])
      #expect(try damaged.store.features.seal(damaged.store.ledger) == 0)
    }
  }

  @Test func `is given up beside rows that have not left another yet`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      let (ledger, features) = (damaged.store.ledger, damaged.store.features)
      let picture = try #require(try ledger.picture(digest("picture 2")))
      let refused = FailingDisk { if case .replace = $0 { true } else { false } }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(refused) {
          try features.forget([picture.id], reason: "a car", in: ledger)
        }
      }
      for path in [damaged.path(3), folder.appending("kept 3")] {
        try FileManager.default.removeItem(atPath: path.string)
      }
      #expect(try damaged.rebuild().lost.map(\.name) == ["picture 3"])
      #expect(try damaged.store.rowCounts == [2])
      #expect(try ledger.counts().leaving == 0)
      #expect(try features.seal(ledger) == 0)
      #expect(try damaged.verification.findings() == [])
    }
  }

  @Test func `is described anew without the rows of the one picture in it that is gone`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      let (ledger, features) = (damaged.store.ledger, damaged.store.features)
      try ledger.acknowledge(
        (4...5).map { picture("picture \($0)", probabilities: [0.5 + Double($0) / 4096]) })
      try features.seal(ledger)
      #expect(try damaged.store.rowCounts == [2, 3, 1, 2])
      try FileManager.default.removeItem(atPath: damaged.path(4).string)
      let gone = try #require(try ledger.picture(digest("picture 5")))
      let rebuilt = try features.rebuildHardNegatives(
        from: ledger, givingUp: [gone.id], describe: damaged.describe)
      #expect(rebuilt.hardNegatives == 1 && rebuilt.lost.map(\.name) == ["picture 5"])
      #expect(try damaged.store.rowCounts == [2, 3, 1, 1])
      #expect(try ledger.hardNegatives(of: digest("picture 4")).map(\.row) == [6])
      #expect(try ledger.hardNegatives(of: digest("picture 5")) == [])
      #expect(try damaged.verification.findings() == [])
    }
  }

  /// Everything is described anew then, and a segment that is missing has nothing that must be read.
  @Test(arguments: [0, 2])
  func `of an older file that was put back is described with all the others`(imported: Int) throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder, imported: imported)
      var store = damaged.store
      let path = store.features.path.string
      let older = try #require(FileManager.default.contents(atPath: path))
      try store.seal()
      let before = try damaged.rows()
      try older.write(to: URL(filePath: path))
      try FileManager.default.removeItem(atPath: damaged.path(2).string)
      let rebuilt = try store.features.rebuildHardNegatives(
        from: store.ledger, describe: damaged.describe)
      #expect(rebuilt.hardNegatives == 7)
      #expect(try damaged.rows() == before)
      #expect(try damaged.verification.findings() == [])
    }
  }

  @Test func `does not keep a seal that was cut off from being finished`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder, imported: 2)
      let (ledger, features) = (damaged.store.ledger, damaged.store.features)
      try ledger.acknowledge([picture("picture 4", probabilities: [0.5 + 4.0 / 4096])])
      // The new file is in place, and then the disk fails.
      let disk = FailingDisk { $0 == .synchronize(folder) }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) { try features.seal(ledger) }
      }
      try FileManager.default.removeItem(atPath: damaged.path(2).string)
      #expect(try features.seal(ledger) == 1)
      #expect(try damaged.verification.findings().map(\.path) == [damaged.path(2)])
      #expect(try damaged.rebuild().hardNegatives == 3)
      #expect(try damaged.verification.findings() == [])
    }
  }

  @Test func `with rows that came with the file says how to go on without them`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder, imported: 2)
      let path = damaged.store.features.path
      try FileManager.default.removeItem(atPath: damaged.path(1).string)
      let advice = """
        restore it from a backup or, to go on without them, move \(path) away and run `misfire extract` and \
        `misfire verify --repair`
        """
      #expect(try damaged.verification.findings().contains { $0.remedy == .advice(advice) })
      let error = #expect(throws: FeatureFileError.self) { try damaged.rebuild() }
      #expect(
        error?.description == """
          \(damaged.path(1)): it cannot be read, but it holds rows that the ledger does not have: \(advice)
          """)

      try FileManager.default.moveItem(
        atPath: path.string, toPath: folder.appending("away.hdf5").string)
      try damaged.store.features.writeFeatures(someRows)
      #expect(try damaged.rebuild().hardNegatives == 6)
      #expect(try damaged.verification.findings() == [])
    }
  }

  @Test func `with the features says that they must be drawn again`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      try FileManager.default.removeItem(atPath: damaged.path(1).string)
      let findings = try damaged.verification.findings().map(\.description)
      #expect(findings.count == 2)
      #expect(
        findings[0].contains("it holds rows of features; `misfire extract` makes them again"))
      #expect(findings[1].contains("2 rows of hard_negatives"))
      #expect(try damaged.rebuild().hardNegatives == 2)
      try damaged.store.features.writeFeatures(someRows)
      #expect(try damaged.verification.findings() == [])
    }
  }

  @Test func `of a file that is gone itself is described with all the others`() throws {
    try withTemporaryFolder { folder in
      let damaged = try Damaged(folder)
      let before = try damaged.rows()
      try FileManager.default.removeItem(atPath: damaged.store.features.path.string)
      #expect(try damaged.rebuild().hardNegatives == 6)
      try damaged.store.features.writeFeatures(someRows)
      #expect(try damaged.rows() == before)
      #expect(try damaged.verification.findings() == [])
    }
  }
}

@Suite struct `Exporting rows` {
  @Test func `makes one plain file of segments`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.features.writeFeatures(someRows, drawnFrom: [digest("car")])
      for count in [2, 3, 1] { try store.seal(count) }
      let target = folder.appending("plain.hdf5")
      #expect(try store.features.export(to: target, as: .anything) == (2, 6))
      #expect(try store.found(in: target) == store.found())
      let plain = FeatureFile(target, for: tinyHOG)
      #expect(try plain.layout() == nil)
      #expect(try plain.summary().imported == 6)

      #expect(
        try store.features.export(to: target, as: .anything, hardNegatives: .mostConfident(2))
          == (2, 2))
      #expect(try plain.hardNegativeProbabilities() == [0.5 + 2.0 / 4096, 0.5 + 3.0 / 4096])
      #expect(try plain.trainingRows().rowCount == 4)
    }
  }
}
