import Detection
import Durable
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A model that gives a row the margin 12 p + `bias` if all three of its features are p. Rows below a third are
/// beyond the margin with the bias −5.
func judge(bias: Double = -5) -> LinearSVM {
  LinearSVM(hog: tinyHOG, weights: [4, 4, 4], bias: bias, sigmoid: Sigmoid(a: -1, b: 0))
}

/// A feature file of eight hard negatives, five of which are beyond the judge's margin, and one generation.
private struct Store {
  let place: Place
  let ledger: Ledger
  let features: FeatureFile

  init(_ folder: FilePath, isGrown: Bool = false) throws {
    place = try Place(folder)
    ledger = try place.ledger()
    features = isGrown ? place.grown : place.features
    try features.writeFeatures(
      LabelledRows(labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3))
    for (name, probabilities) in [
      ("a", [0.75, 0.25]), ("b", [0.1875, 0.5, 0.125]), ("c", [0.0625, 0.3125, 0.875]),
    ] {
      try ledger.acknowledge([picture(name, probabilities: probabilities)])
      try features.seal(ledger)
    }
    let last = try ledger.lastTurn()
    try ledger.record(training(1, available: 8, learntThrough: last))
  }

  static let rows = [0.75, 0.25, 0.5, 0.1875, 0.125, 0.875, 0.3125, 0.0625]

  @discardableResult
  func retire(beyond limit: Int, _ judges: [LinearSVM] = [judge()], by generation: Int = 1) throws
    -> FeatureFile.Retired?
  {
    try features.retire(beyond: limit, in: ledger) { judges.map { (generation, $0) } }
  }

  var rows: [Double] { get throws { try features.hardNegativeProbabilities() } }

  /// The probabilities of a picture's retired windows.
  func retired(_ name: String) throws -> [Double] {
    try ledger.hardNegatives(of: digest(name)).filter { $0.verdict == .retired }
      .map(\.hardNegative.probability)
  }

  /// The faults found, except for missing models: there are none here.
  var findings: [Finding] {
    get throws {
      try Verification(ledger: ledger, features: features, models: place.models).findings()
        .filter { $0.path.removingLastComponent() != place.models.folder }
    }
  }
}

private func training(_ number: Int, available: Int, learntThrough: Int64) -> GenerationRecord {
  GenerationRecord(
    number: number, positives: 1, negatives: 1, hardNegatives: available,
    availableHardNegatives: available, learntThrough: learntThrough, objective: 1,
    isAccepted: false, reason: "worse")
}

@Suite struct `Retiring` {
  @Test(arguments: [false, true])
  func `lets what no model needs leave, the farthest first, until three quarters are left`(
    isGrown: Bool
  ) throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder, isGrown: isGrown)
      #expect(try store.rows == Store.rows)
      #expect(try store.retire(beyond: 8) == nil)
      #expect(try store.retire(beyond: 7) == .init(count: 2, remaining: 6))
      #expect(try store.rows == [0.75, 0.25, 0.5, 0.1875, 0.875, 0.3125])
      #expect(try store.retired("b") == [0.125] && store.retired("c") == [0.0625])
      #expect(try store.findings == [])
      let counts = try store.ledger.counts()
      #expect(counts.retired == 2 && counts.sealed == 6 && counts.leaving == 0)
      #expect(counts.sinceTraining == 0)
      #expect(try store.ledger.generation(1)?.takenBack == 0)
    }
  }

  @Test func `leaves what a model needs, and says how many there are`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      #expect(try store.retire(beyond: 2) == .init(count: 5, remaining: 3, excess: 1))
      #expect(try store.rows == [0.75, 0.5, 0.875])
      #expect(try store.retire(beyond: 2) == .init(remaining: 3, excess: 1))

      // One of the last generations is enough.
      let other = try Store(folder.appending("other"))
      #expect(
        try other.retire(beyond: 7, [judge(), judge(bias: -2)])
          == .init(count: 1, remaining: 7))
      #expect(try other.rows == Store.rows.dropLast())
      #expect(try other.findings == [])
    }
  }

  @Test func `refuses a ledger that places a row beyond the file`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      _ = try Python.run(
        """
        import sqlite3, sys
        with sqlite3.connect(sys.argv[1]) as ledger:
            ledger.execute("UPDATE hard_negatives SET row = 100 WHERE row = 7")
        """, [store.place.ledgerPath.string])
      let error = #expect(throws: FeatureFileError.self) { try store.retire(beyond: 7) }
      #expect(error?.cause == .disagreesWithLedger && "\(error!)".contains("--repair"))
    }
  }

  @Test func `refuses a file that claims more rows than it has`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "a") as db:
            db.attrs["imported_hard_negatives"] = 2**63 - 1
        """, [store.features.path.string])
      let error = #expect(throws: FeatureFileError.self) { try store.retire(beyond: 7) }
      #expect(error?.cause == .disagreesWithLedger)
    }
  }

  @Test func `waits until it is worth the writing`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for number in 0..<40 {
        try store.ledger.acknowledge([picture("\(number)", probabilities: [0.5])])
      }
      try store.features.seal(store.ledger)
      // A sixteenth of 36 is two, and only one of the 48 is beyond this margin.
      #expect(
        try store.retire(beyond: 36, [judge(bias: -2)]) == .init(remaining: 48, excess: 12))
      #expect(try store.ledger.counts().retired == 0)
    }
  }

  @Test func `leaves rows that came with the file`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      // A ledger that does not know them.
      let ledger = try Ledger(folder.appending("new.sqlite"))
      _ = try store.features.rebuildHardNegatives(from: ledger) { _, _ in [] }
      try ledger.acknowledge([picture("d", probabilities: [0.25, 0.5])])
      try store.features.seal(ledger)
      try ledger.record(training(1, available: 2, learntThrough: 2))
      let retired = try store.features.retire(beyond: 9, in: ledger) { [(1, judge())] }
      #expect(retired == .init(count: 1, remaining: 9))
      #expect(try store.rows == Store.rows + [0.5])
    }
  }

  @Test func `ends when a later generation misfires on a window`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2, by: 2)
      let ids = try store.ledger.hardNegatives(of: digest("b")).map(\.id)
      for generation in [nil, 1, 2] {
        let found = picture("b", probabilities: [0.9375, 0.5, 0.25], generation: generation)
        #expect(try store.ledger.acknowledge([found]) == [[]], "\(generation ?? 0)")
      }
      let found = picture("b", probabilities: [0.9375, 0.5, 0.25], generation: 3)
      #expect(try store.ledger.acknowledge([found])[0].map(\.probability) == [0.9375, 0.25])
      let known = try store.ledger.hardNegatives(of: digest("b"))
      #expect(known.map(\.id) == ids && known.allSatisfy { $0.verdict == .kept })
      #expect(known.map(\.hardNegative.probability) == [0.9375, 0.5, 0.25])
      #expect(try store.ledger.counts().sinceTraining == 2)
      #expect(try store.findings == [])
      try store.features.seal(store.ledger)
      #expect(try store.rows == [0.75, 0.5, 0.875, 0.9375, 0.25])
      #expect(try store.findings == [])
      // The next hard negative has a turn of its own.
      try store.ledger.acknowledge([picture("d", probabilities: [0.625])])
      try store.features.seal(store.ledger)
      #expect(try store.rows == [0.75, 0.5, 0.875, 0.9375, 0.25, 0.625])
      #expect(try store.findings == [])
    }
  }

  @Test func `counts what a look finds again as new`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2)
      try store.ledger.beginRemining(2)
      try store.ledger.acknowledge([
        picture("b", probabilities: [0.9375, 0.5, 0.25], generation: 2)
      ])
      #expect(try store.ledger.marginsOfRemining() == [0.4375, -0.25])
    }
  }

  @Test func `forgets with the picture what its windows taught before`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2)
      try store.ledger.record(training(2, available: 3, learntThrough: 8))
      #expect(try store.ledger.picturesFirstLearnt(by: 1).map(\.name.string) == ["a", "b", "c"])
      let picture = try #require(try store.ledger.picture(digest("b")))
      let forgotten = try store.features.forget([picture.id], reason: "a car", in: store.ledger)
      #expect(forgotten == Forgotten(pictures: 1, hardNegatives: 3, sealed: 1, others: 0))
      #expect(try store.ledger.generation(1)?.takenBack == 3)
      // The second generation saw only the one that was not retired before.
      #expect(try store.ledger.generation(2)?.takenBack == 1)
      #expect(try store.rows == [0.75, 0.875])
      #expect(try store.ledger.counts().retired == 3)
      #expect(try store.findings == [])
    }
  }

  @Test func `is undone by a person's decision`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2)
      let window = try #require(try store.ledger.hardNegatives(of: digest("a")).last)
      #expect(try store.ledger.lackingFeatures([window.id]).map(\.id) == [window.id])
      let described = DescribedWindow(id: window.id, features: [0.25, 0.25, 0.25])
      #expect(
        try store.features.decide(.negative, [window.id], described: [described], in: store.ledger)
          == [window.id])
      try store.features.seal(store.ledger)
      #expect(try store.rows == [0.75, 0.5, 0.875, 0.25])
      #expect(try store.ledger.generation(1)?.takenBack == 0)
      #expect(try store.findings == [])
    }
  }

  @Test func `counts each window once, whatever is decided about it later`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2)
      let window = try #require(try store.ledger.hardNegatives(of: digest("a")).last)
      let described = DescribedWindow(id: window.id, features: [0.25, 0.25, 0.25])
      func decide(_ decision: Decision) throws -> [Int] {
        #expect(
          try store.features.decide(
            decision, [window.id], described: decision == .negative ? [described] : [],
            in: store.ledger) == [window.id])
        return try store.ledger.generations().map(\.takenBack)
      }
      #expect(try decide(.skip) == [1])
      // A generation that never saw the window.
      try store.ledger.record(training(2, available: 3, learntThrough: 8))
      #expect(try decide(.negative) == [0, 0])
      #expect(try store.findings == [])
    }
  }

  @Test func `is in doubt when a later generation finds the object in a window`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 2)
      let window = try #require(try store.ledger.hardNegatives(of: digest("a")).last)
      var found = picture("a", probabilities: [0.75, 0.25], generation: 2)
      found.hardNegatives[1].isSetAside = true
      #expect(try store.ledger.acknowledge([found]).map(\.count) == [1])
      #expect(try store.ledger.generation(1)?.takenBack == 1)
      #expect(try store.ledger.decide(.negative, [window.id]) == [window.id])
      #expect(try store.ledger.generation(1)?.takenBack == 0)
      #expect(try store.findings == [])
    }
  }

  @Test func `is counted anew where an earlier release counted too few`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.ledger.write {
        try $0.execute(sql: "UPDATE generations SET taken_back = -1, accepted = 1")
      }
      #expect(try store.ledger.generations().map(\.takenBack) == [0])
      #expect(try store.ledger.cleanGeneration(before: 2) == 1)
    }
  }

  @Test(arguments: [false, true])
  func `is finished by the next seal wherever it was cut off`(isGrown: Bool) throws {
    try withTemporaryFolder { folder in
      var failures = 0
      for cut in 0... {
        let store = try Store(folder.appending("\(cut)"), isGrown: isGrown)
        let disk = BrieflyFailingDisk(at: cut)
        do {
          _ = try Durable.$disk.withValue(disk) { try store.retire(beyond: 7) }
          // There were fewer operations than this.
          if disk.count <= cut { break }
        } catch is DurableError {
          failures += 1
        }
        #expect(try store.findings.allSatisfy { $0.remedy == .recovery })
        try store.features.seal(store.ledger)
        #expect(try store.rows == [0.75, 0.25, 0.5, 0.1875, 0.875, 0.3125], "at operation \(cut)")
        #expect(try store.findings == [])
        #expect(try store.ledger.counts().leaving == 0)
      }
      #expect(failures >= 3)
    }
  }

  @Test func `holds when the file is made anew`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.retire(beyond: 7)
      let before = FileManager.default.contents(atPath: store.features.path.string)
      try store.ledger.recordKept(
        ["a", "b", "c"].map { (digest($0), folder.appending("ledger/state.sqlite")) })
      try FileManager.default.removeItem(atPath: store.features.path.string)
      try store.features.writeFeatures(
        LabelledRows(labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3))
      _ = try store.features.rebuildHardNegatives(from: store.ledger) { picture, boxes in
        let known = try store.ledger.hardNegatives(ofPicture: picture.id).map(\.hardNegative)
        return boxes.flatMap { box in
          let window = known.first { $0.box == box }!
          return [Float](repeating: Float(window.probability), count: 3)
        }
      }
      #expect(FileManager.default.contents(atPath: store.features.path.string) == before)
      #expect(try store.ledger.counts().retired == 2)
      #expect(try store.findings == [])
    }
  }

  @Test func `begins nothing without room for what it writes`() throws {
    try withSmallDisk(bytes: 4 << 20) { disk in
      let store = try Store(disk)
      let room = try #require(
        FileManager.default.attributesOfFileSystem(forPath: disk.string)[.systemFreeSize] as? Int)
      try Data(count: room).write(to: URL(filePath: disk.appending("ballast").string))
      let error = #expect(throws: DurableError.self) { try store.retire(beyond: 7) }
      #expect(error?.isDiskFull == true)
      #expect(try store.ledger.counts().retired == 0)
      try FileManager.default.removeItem(atPath: disk.appending("ballast").string)
      #expect(try store.retire(beyond: 7)?.count == 2)
    }
  }
}
