import Detection
import Durable
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A feature file with two sealed batches of three pictures, and one unsealed hard negative.
private struct Store {
  let place: Place
  let ledger: Ledger
  var features: FeatureFile { place.features }

  init(_ folder: FilePath, pictures: [String] = ["a", "b", "c", "d"]) throws {
    place = try Place(folder)
    ledger = try place.ledger()
    try features.writeFeatures(
      LabelledRows(labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3))
    let batches: [[(name: String, probabilities: [Double])]] = [
      [("a", [0.5, 0.75]), ("b", [0.625, 0.875])], [("c", [0.25, 1])], [("d", [0.125])],
    ]
    for (index, batch) in batches.enumerated() {
      try ledger.acknowledge(
        batch.filter { pictures.contains($0.name) }
          .map { picture($0.name, probabilities: $0.probabilities) })
      if index < 2 { try features.seal(ledger) }
    }
  }

  func record(_ name: String) throws -> PictureRecord {
    try #require(try ledger.picture(digest(name)))
  }

  func forget(_ names: String...) throws -> Forgotten {
    try features.forget(names.map { try record($0).id }, reason: "it shows the object", in: ledger)
  }

  /// All rows of the file.
  func rows() throws -> [[Float]] {
    let rows = try features.trainingRows()
    return try (0..<rows.rowCount).map { row in
      var values = [Float](repeating: 0, count: 3)
      var span = values.mutableSpan
      try rows.read(rows: row..<(row + 1), into: &span)
      return [rows.labels[row]] + values
    }
  }

  /// The faults found, except for missing models: there are none here.
  var findings: [Finding] {
    get throws {
      try Verification(ledger: ledger, features: features, models: place.models).findings()
        .filter { $0.path.removingLastComponent() != place.models.folder }
    }
  }
}

@Suite struct `Forgetting` {
  @Test func `leaves the rows that there would be without the picture`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder.appending("all"))
      let other = try Store(folder.appending("without"), pictures: ["a", "c", "d"])
      #expect(
        try store.forget("b") == Forgotten(pictures: 1, hardNegatives: 2, sealed: 2, others: 0))
      #expect(try store.rows() == other.rows())
      #expect(
        try store.features.hardNegativeProbabilities() == [0.75, 0.5, 1, 0.25])
      #expect(try store.ledger.hardNegatives(of: digest("a")).map(\.row) == [1, 0])
      #expect(try store.ledger.hardNegatives(of: digest("c")).map(\.row) == [3, 2])
      #expect(try store.ledger.hardNegatives(of: digest("b")) == [])
      #expect(try store.findings == [])
      #expect(try store.ledger.counts().forgotten == 1)

      // Unsealed hard negatives go as well, and later ones find their place.
      #expect(
        try store.forget("d", "b") == Forgotten(pictures: 1, hardNegatives: 1, sealed: 0, others: 0)
      )
      for ledger in [store.ledger, other.ledger] {
        try ledger.acknowledge([picture("e", probabilities: [0.375])])
      }
      try store.features.seal(store.ledger)
      #expect(try store.features.hardNegativeProbabilities() == [0.75, 0.5, 1, 0.25, 0.375])
      #expect(try store.findings == [])
    }
  }

  @Test func `remembers why, and takes nothing of the content any more`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      _ = try store.forget("b")
      let record = try store.record("b")
      #expect(record.state == .forgotten && record.reason == "it shows the object")
      #expect(record.forgotten != nil)
      // It was being scanned meanwhile, or is taken for a bad one.
      #expect(try store.ledger.acknowledge([picture("b", probabilities: [0.5])]) == [[]])
      try store.ledger.quarantine([(digest("b"), "b", "bad")])
      try store.ledger.forgetQuarantined([digest("b")])
      #expect(try store.record("b") == record)

      try store.ledger.unforget([record.id])
      #expect(try store.ledger.picture(digest("b")) == nil)
      #expect(
        try store.ledger.acknowledge([picture("b", probabilities: [0.5])]).map(\.count) == [1])
      try store.features.seal(store.ledger)
      #expect(try store.findings == [])
    }
  }

  @Test func `is finished by the next seal wherever it was cut off`() throws {
    try withTemporaryFolder { folder in
      let other = try Store(folder.appending("without"), pictures: ["a", "c", "d"])
      try other.features.seal(other.ledger)
      var failures = 0
      for cut in 0... {
        let store = try Store(folder.appending("\(cut)"))
        let disk = BrieflyFailingDisk(at: cut)
        do {
          _ = try Durable.$disk.withValue(disk) { try store.forget("b") }
          // There were fewer operations than this.
          if disk.count <= cut { break }
        } catch is DurableError {
          failures += 1
        }
        #expect(try store.findings.allSatisfy { $0.remedy == .recovery })
        try store.features.seal(store.ledger)
        #expect(try store.rows() == other.rows(), "cut off at operation \(cut)")
        #expect(try store.findings == [])
        #expect(try store.ledger.counts().leaving == 0)
      }
      #expect(failures >= 3)
    }
  }

  @Test func `finishes a seal that was cut off before`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      let disk = FailingDisk { $0 == .synchronize(store.place.files) }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) { try store.features.seal(store.ledger) }
      }
      // The file contains the picture d, but the ledger does not know that yet.
      #expect(try store.forget("d").sealed == 1)
      #expect(try store.features.hardNegativeProbabilities() == [0.875, 0.75, 0.625, 0.5, 1, 0.25])
      #expect(try store.findings == [])
    }
  }

  @Test func `is survived by a rebuilding`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for name in ["a", "c"] {
        try store.ledger.recordKept([(digest(name), store.place.ledgerPath)])
      }
      let refused = FailingDisk { if case .replace = $0 { true } else { false } }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(refused) { try store.forget("b") }
      }
      try FileManager.default.removeItem(atPath: store.features.path.string)
      _ = try store.features.rebuildHardNegatives(from: store.ledger) { _, boxes in
        boxes.flatMap { _ in [Float](repeating: 1, count: 3) }
      }
      #expect(try store.features.hardNegativeProbabilities() == [0.75, 0.5, 1, 0.25])
      #expect(try store.ledger.counts().leaving == 0)
      #expect(try store.ledger.inconsistencies() == [])
    }
  }

  @Test func `counts what generations learnt from, and knows the last that never saw it`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      func record(_ number: Int, through turn: Int64, available: Int) throws {
        var record = training(number)
        record.learntThrough = turn
        record.availableHardNegatives = available
        try store.ledger.record(record)
      }
      try record(1, through: 0, available: 0)
      try record(2, through: 4, available: 4)
      try record(3, through: 6, available: 6)
      let version = try store.ledger.rowVersion()
      #expect(try store.ledger.counts().sinceTraining == 1)
      #expect(try store.ledger.picturesFirstLearnt(by: 3).map(\.name.string) == ["c"])
      #expect(try store.ledger.picturesFirstLearnt(by: 2).map(\.name.string) == ["a", "b"])
      _ = try store.forget("c")
      #expect(try store.ledger.generations().map(\.takenBack) == [0, 0, 2])
      #expect(try store.ledger.cleanGeneration(before: 3) == 2)
      // Two fewer, and no more to wait for than before.
      #expect(try store.ledger.counts().sinceTraining == 1)
      _ = try store.forget("b")
      #expect(try store.ledger.generations().map(\.takenBack) == [0, 2, 4])
      #expect(try store.ledger.cleanGeneration(before: 3) == 1)

      // A training that began before all this does not go live.
      let error = #expect(throws: LedgerError.self) {
        try store.ledger.record(training(4), rowsOf: version)
      }
      #expect(error?.cause == .takenBack)
      #expect(try store.ledger.generation(4) == nil)
      try store.ledger.record(training(4), rowsOf: store.ledger.rowVersion())
    }
  }

  /// Such rows count for the last generation, which did not learn from them.
  @Test func `waits for no more new rows after a training that learnt nothing`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      var record = training(1)
      record.learntThrough = 4
      record.availableHardNegatives = 4
      try store.ledger.record(record)
      let version = try store.ledger.rowVersion()
      try store.ledger.noteTraining(availableHardNegatives: 6, through: 6, rowsOf: version)
      #expect(try store.ledger.counts().sinceTraining == 1)
      let window = try #require(try store.ledger.hardNegatives(of: digest("c")).first).id
      for decision in [Decision.skip, .negative] {
        #expect(try store.features.decide(decision, [window], in: store.ledger) == [window])
        #expect(try store.ledger.counts().sinceTraining == 1)
      }
      _ = try store.forget("c")
      #expect(try store.ledger.counts().hardNegatives == 5)
      #expect(try store.ledger.counts().sinceTraining == 1)
      #expect(try store.ledger.generation(1)?.takenBack == 0)
      #expect(try store.ledger.picturesFirstLearnt(by: 1).map(\.name.string) == ["a", "b"])

      // One that began before has learnt from them: it must begin again.
      let error = #expect(throws: LedgerError.self) {
        try store.ledger.noteTraining(availableHardNegatives: 6, through: 6, rowsOf: version)
      }
      #expect(error?.cause == .takenBack)
      #expect(try store.ledger.counts().sinceTraining == 1)
    }
  }

  @Test func `finds pictures by what a person knows of them`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.recordKept([(digest("c"), "/mined/c~2")])
      #expect(try store.ledger.pictures(named: "b").map(\.sha256) == [digest("b")])
      for path in ["/mined/c~2", "c~2"] as [FilePath] {
        #expect(try store.ledger.pictures(named: path).map(\.sha256) == [digest("c")])
      }
      #expect(try store.ledger.pictures(named: "~2") == [])
      let prefix = "\(digest("d"))".prefix(8)
      #expect(
        try store.ledger.pictures(sha256Prefix: String(prefix)).map(\.sha256) == [digest("d")])
      let time = try store.record("a").time
      #expect(try store.ledger.pictures(from: time, through: .distantFuture).count == 4)
      #expect(try store.ledger.pictures(from: .distantPast, through: time - 1) == [])
    }
  }
}

@Suite struct `Deciding about windows` {
  @Test func `takes the row of a hard negative back, and gives it back again`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      var record = training(1, isAccepted: false)
      record.learntThrough = 6
      record.availableHardNegatives = 6
      try store.ledger.record(record)
      let window = try #require(try store.ledger.hardNegatives(of: digest("b")).first)
      let row = DescribedWindow(id: window.id, features: [7, 8, 9])
      func decide(_ decision: Decision, _ described: [DescribedWindow] = []) throws
        -> [HardNegativeRecord.ID]
      {
        try store.features.decide(decision, [window.id], described: described, in: store.ledger)
      }
      #expect(try decide(.object, [row]) == [window.id])
      #expect(try decide(.object, [row]) == [])
      #expect(try store.ledger.objectFeatures(for: tinyHOG, rowCount: 1) == [7, 8, 9])
      #expect(try store.ledger.counts().objects == 1)
      #expect(try store.ledger.generation(1)?.takenBack == 1)
      #expect(try store.findings == [])
      // The decision changes before the row has left.
      #expect(try decide(.negative) == [window.id])
      #expect(try store.ledger.generation(1)?.takenBack == 0)
      #expect(try store.ledger.counts().leaving == 0 && store.ledger.counts().objects == 0)
      #expect(try store.ledger.objectFeatures(for: tinyHOG, rowCount: 1) == [])
      // And again after it has left.
      #expect(try decide(.object, [row]) == [window.id])
      try store.features.seal(store.ledger)
      #expect(try store.features.hardNegativeProbabilities() == [0.875, 0.75, 0.5, 1, 0.25, 0.125])
      #expect(try store.ledger.lackingFeatures([window.id]).map(\.id) == [window.id])
      #expect(try decide(.negative, [row]) == [window.id])
      try store.features.seal(store.ledger)
      #expect(try store.rows().last == [-1, 7, 8, 9])
      #expect(try store.ledger.hardNegatives(of: digest("b")).first?.id == window.id)
      #expect(try store.findings == [])
    }
  }

  @Test func `makes a training begin again that may have learnt from an object`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      // Its row is not in the file.
      let window = try #require(try store.ledger.hardNegatives(of: digest("d")).first)
      let object = DescribedWindow(id: window.id, features: [7, 8, 9])
      func decide(_ decision: Decision) throws {
        #expect(
          try store.features.decide(
            decision, [window.id], described: decision == .object ? [object] : [],
            in: store.ledger) == [window.id])
      }
      try decide(.object)
      let version = try store.ledger.rowVersion()
      try decide(.skip)
      let skipped = try store.ledger.rowVersion()
      #expect(skipped != version)
      try decide(.object)
      #expect(try store.forget("d").others == 1)
      #expect(try store.ledger.rowVersion() != skipped)
    }
  }

  @Test func `makes no hard negative of a window without features`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      let window = try #require(try store.ledger.hardNegatives(of: digest("b")).first)
      #expect(try store.features.decide(.skip, [window.id], in: store.ledger) == [window.id])
      try store.features.seal(store.ledger)
      for decision in [Decision.negative, .wait] {
        #expect(try store.features.decide(decision, [window.id], in: store.ledger) == [])
      }
      // As an earlier release left one.
      try store.ledger.write {
        try $0.execute(
          sql: "UPDATE hard_negatives SET verdict = 'set_aside' WHERE id = ?",
          arguments: [window.id])
      }
      #expect(try store.ledger.lackingFeatures([window.id]).map(\.id) == [window.id])
      #expect(try store.ledger.decideWaiting(.negative) == 0)
      #expect(try store.features.seal(store.ledger) == 0)
    }
  }

  @Test func `learns from objects between the features and the hard negatives`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      let rows = try store.features.trainingRows(objects: [7, 8, 9, 10, 11, 12])
      #expect(rows.labels == [1, -1, 1, 1, -1, -1, -1, -1, -1, -1])
      #expect(rows.hardNegatives == 6)
      var all = [Float](repeating: 0, count: 30)
      var span = all.mutableSpan
      try rows.read(rows: 0..<10, into: &span)
      #expect(Array(all[3..<15]) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 0.875, 0.875, 0.875])
      var middle = [Float](repeating: 0, count: 6)
      span = middle.mutableSpan
      try rows.read(rows: 3..<5, into: &span)
      #expect(middle == [10, 11, 12, 0.875, 0.875, 0.875])
      #expect(rows.place(of: 3) == "one of the windows that were called objects")
      #expect(rows.place(of: 4) == "row 0 of hard_negatives")
    }
  }

  @Test(arguments: [Decision.negative, .skip])
  func `decides all that wait at once`(decision: Decision) throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      var scene = picture("scene", probabilities: [0.875, 0.75, 0.9375])
      for index in 0..<3 { scene.hardNegatives[index].isSetAside = true }
      try store.ledger.acknowledge([scene])
      try store.features.seal(store.ledger)
      #expect(try store.ledger.decideWaiting(decision) == 3)
      #expect(try store.ledger.decideWaiting(decision) == 0)
      try store.features.seal(store.ledger)
      let known = [0.875, 0.75, 0.625, 0.5, 1, 0.25, 0.125]
      let added = decision == .negative ? [0.9375, 0.875, 0.75] : []
      #expect(try store.features.hardNegativeProbabilities() == known + added)
      #expect(try store.ledger.counts().setAside == 0)
      #expect(try store.findings == [])
      // Later hard negatives have later turns.
      try store.ledger.acknowledge([picture("later", probabilities: [0.5])])
      #expect(try store.features.seal(store.ledger) == 1)
      #expect(try store.findings == [])
    }
  }
}
