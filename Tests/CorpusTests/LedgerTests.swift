import Detection
import Digest
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

@Suite struct `The ledger` {
  @Test func `knows an acknowledged picture after it was opened again`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      let car = picture("car.jpg", probabilities: [0.9, 0.6])
      #expect(try Ledger(path).acknowledge([car]).map(\.count) == [2])

      let record = try #require(try Ledger(path).picture(car.sha256))
      #expect(record.state == .mined && record.generation == 1 && record.windows == 100)
      #expect(record.name == car.name && record.hardNegatives == 2 && record.kept == nil)
      let windows = try Ledger(path).hardNegatives(of: car.sha256)
      #expect(windows.map(\.hardNegative) == car.hardNegatives)
      #expect(windows.allSatisfy { $0.row == nil && $0.verdict == .kept })
    }
  }

  /// A current ledger and one made by an older Misfire, which end up nearly empty or with features that wait for
  /// review.
  @Test(arguments: [false, true], [0, 2])
  func `is small again after a flood`(isOld: Bool, waiting: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      if isOld { try Ledger.schema.migrate(DatabasePool(path: path.string)) }
      let hog = hog(orientations: 1_000_000, cell: 8)
      let file = FeatureFile(folder.appending("features.hdf5"), for: hog)
      let ledger = try Ledger(path)
      for name in ["a", "b", "c"] {
        try ledger.acknowledge([picture(name, probabilities: [0.5, 0.75], hog: hog)])
      }
      var waits = picture("d", probabilities: [Double](repeating: 0.5, count: waiting), hog: hog)
      for index in 0..<waiting { waits.hardNegatives[index].isSetAside = true }
      try ledger.acknowledge([waits])
      #expect(try path.size + path.appendingSuffix("-wal").size > 24_000_000)
      #expect(try file.seal(ledger) == 6)
      #expect(try path.size < 5_000_000 + waiting * 4_000_000)
      #expect(try path.appendingSuffix("-wal").size < 100_000)
      #expect(try ledger.counts().sealed == 6 && ledger.counts().setAside == waiting)
      #expect(try ledger.inconsistencies() == [])
      let mode = try DatabaseQueue(path: path.string).read {
        try Int.fetchOne($0, sql: "PRAGMA auto_vacuum")
      }
      #expect(mode == 2)
    }
  }

  /// Zeroing what was sealed would write as many bytes again, to the log and to the ledger.
  @Test func `does not write over features that it needs no more`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      let hog = hog(orientations: 1_000_000, cell: 8)
      let file = FeatureFile(folder.appending("features.hdf5"), for: hog)
      let ledger = try Ledger(path)
      try ledger.acknowledge([picture("a", probabilities: [0.5], hog: hog)])
      // The log now contains only what comes after this.
      try ledger.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      #expect(try file.seal(ledger) == 1)
      #expect(try path.appendingSuffix("-wal").size < 1_000_000)
    }
  }

  @Test func `passes over a window it has already`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.acknowledge([picture("car.jpg", probabilities: [0.9, 0.6])])
      let again = picture("car.jpg", probabilities: [0.9, 0.6, 0.7], generation: 2)
      #expect(try ledger.acknowledge([again]).map(\.count) == [1])
      #expect(try ledger.picture(again.sha256)?.generation == 2)
      #expect(try ledger.picture(again.sha256)?.hardNegatives == 3)
      let counts = try ledger.counts()
      #expect(counts.mined == 1 && counts.hardNegatives == 3 && counts.unsealedBytes == 36)
    }
  }

  @Test func `keeps a quarantined picture's reason until it is tried again`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.quarantine([(digest("bad"), "bad.jpg", "it is text")])
      #expect(try ledger.picture(digest("bad"))?.reason == "it is text")
      #expect(try ledger.counts().quarantined == 1)

      try ledger.forgetQuarantined([digest("bad")])
      #expect(try ledger.picture(digest("bad")) == nil)
      #expect(try ledger.counts().quarantined == 0)

      try ledger.quarantine([(digest("bad"), "bad.jpg", "it is text")])
      try ledger.acknowledge([picture("bad")])
      #expect(try ledger.picture(digest("bad"))?.reason == nil)
      #expect(try ledger.counts().quarantined == 0)
      #expect(try ledger.counts().mined == 1)
    }
  }

  @Test func `keeps the hard negatives of content that was quarantined later`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.acknowledge([picture("car", probabilities: [0.9])])
      try ledger.quarantine([(digest("car"), "car", "the decoder was killed")])
      try ledger.forgetQuarantined([digest("car")])
      #expect(try ledger.picture(digest("car"))?.state == .mined)
      #expect(try ledger.counts().hardNegatives == 1)
    }
  }

  @Test func `keeps names and paths that are not text`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      let bytes: [CChar] = [0x63, -1, 0x0a, -2, 0]
      var odd = picture("odd")
      odd.name = try #require(FilePath.Component(platformString: bytes))
      try ledger.acknowledge([odd])
      #expect(try ledger.unplaced().map(\.name) == [odd.name])
      try ledger.recordKept([(odd.sha256, folder.appending(odd.name))])
      #expect(try ledger.unplaced() == [])
      let record = try #require(try ledger.picture(odd.sha256))
      #expect(record.name == odd.name)
      #expect(record.kept == folder.appending(odd.name))
    }
  }

  @Test func `lists pictures page by page`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.acknowledge((0..<25).map { picture("\($0)") })
      var names: [String] = []
      var last: Int64 = 0
      while case let page = try ledger.pictures(.mined, after: last, limit: 10), !page.isEmpty {
        names += page.map(\.name.string)
        last = page.last!.id
      }
      #expect(names == (0..<25).map(String.init))
    }
  }

  @Test func `holds windows for review until a person decides`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      var scene = picture("scene", probabilities: [0.99, 0.98, 0.6])
      scene.hardNegatives[0].isSetAside = true
      scene.hardNegatives[1].isSetAside = true
      try ledger.acknowledge([scene])
      #expect(try ledger.counts().setAside == 2)
      #expect(try ledger.counts().hardNegatives == 1)

      let waiting = try ledger.setAside()
      #expect(waiting.map(\.hardNegative.hardNegative.probability) == [0.99, 0.98])
      let ids = waiting.map(\.hardNegative.id)
      #expect(try ledger.decide(.negative, [ids[0]]) == [ids[0]])
      #expect(try ledger.decide(.skip, [ids[1]]) == [ids[1]])
      #expect(try ledger.decide(.skip, ids + [99]) == [ids[0]])
      #expect(try ledger.lackingFeatures(ids).map(\.id) == ids)
      let row = DescribedWindow(id: ids[0], features: [1, 2, 3])
      #expect(try ledger.decide(.negative, [ids[0]], described: [row]) == [ids[0]])
      let counts = try ledger.counts()
      #expect(counts.setAside == 0 && counts.hardNegatives == 2 && counts.unsealedBytes == 24)
      #expect(try ledger.acknowledge([scene]).map(\.count) == [0])
    }
  }

  @Test func `counts hard negatives since the last training, refused or not`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.acknowledge([picture("a", probabilities: [0.6, 0.7])])
      #expect(try ledger.counts().sinceTraining == 2)
      let number = try ledger.claimGeneration()
      try ledger.acknowledge([picture("b", probabilities: [0.8])])
      let refused = GenerationRecord(
        number: number, positives: 5, negatives: 6, hardNegatives: 2, availableHardNegatives: 2,
        objective: 1.5, metrics: #"{"missRate": 0.2}"#, isAccepted: false, reason: "worse")
      try ledger.record(refused)
      #expect(try ledger.counts().sinceTraining == 1)
      let recorded = try #require(try ledger.generation(number))
      #expect(recorded.metrics == refused.metrics && recorded.reason == "worse")
      #expect(try ledger.live() == nil)
    }
  }

  @Test func `knows whether new hard negatives taught nothing`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      func teachesNothing() throws -> Bool { try ledger.trainingTally().hasLearntNothing }
      try ledger.record(training(ledger.claimGeneration()))
      // The same five again, and not all of seven.
      try ledger.noteTraining(availableHardNegatives: 5)
      #expect(try !teachesNothing())
      try ledger.noteTraining(availableHardNegatives: 7, isPart: true)
      #expect(try !teachesNothing())
      try ledger.noteTraining(availableHardNegatives: 9)
      #expect(try teachesNothing())
      try ledger.noteTraining(availableHardNegatives: 9)
      #expect(try teachesNothing())
      // A pass over the mined pictures knows better, and so does a training that learns.
      try ledger.record(ReminingRecord(generation: 1, pictures: 8, hardNegatives: 3, ratio: 2))
      #expect(try !teachesNothing())
      try ledger.noteTraining(availableHardNegatives: 12)
      #expect(try teachesNothing())
      try ledger.record(training(ledger.claimGeneration()))
      #expect(try !teachesNothing())
    }
  }

  @Test func `never gives a generation's number twice`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      let other = try Ledger(folder.appending("state.sqlite"))
      #expect(try ledger.claimGeneration() == 1)
      #expect(try other.claimGeneration() == 2)
      #expect(try ledger.claimGeneration(above: 7) == 8)
      #expect(try other.claimGeneration() == 9)
    }
  }

  @Test func `refuses what is not a ledger`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      _ = try Python.run(
        "import sys; open(sys.argv[1], 'wb').write(b'not a database ' * 1000)", [path.string])
      let error = #expect(throws: LedgerError.self) { try Ledger(path) }
      #expect(error?.cause == .damaged)
      #expect(error?.description.contains(path.string) == true)
      let missing = #expect(throws: LedgerError.self) {
        try Ledger(folder.appending("nowhere/state.sqlite"))
      }
      #expect(missing?.cause == .refused(.noSuchFileOrDirectory))
    }
  }

  @Test func `says that a folder is in its place`() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: LedgerError.self) { try Ledger(folder) }
      #expect(error?.cause == .refused(.isDirectory))
      #expect(error?.problem.hasSuffix(": Is a directory") == true, "\(error as Any)")
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible))
  func `says that its file system is read-only`() throws {
    try withSmallDisk(bytes: 16 << 20) { disk in
      let path = disk.appending("state.sqlite")
      _ = try Ledger(path).counts()
      try SmallDisk.allowWriting(false, to: disk)
      let error = #expect(throws: LedgerError.self) { try Ledger(path) }
      #expect(error?.cause == .refused(.readOnlyFileSystem))
      #expect(error?.problem.hasSuffix(": Read-only file system") == true, "\(error as Any)")
      let none = #expect(throws: LedgerError.self) { try Ledger(disk.appending("none.sqlite")) }
      #expect(none?.cause == .refused(.readOnlyFileSystem))
      #expect(none?.problem.contains("is writable") == false)
    }
  }

  @Test func `is on the disk when a call returns`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.write { database throws in
        // 2 is FULL.
        #expect(try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2)
        #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
        #expect(try Bool.fetchOne(database, sql: "PRAGMA foreign_keys") == true)
      }
    }
  }

  @Test func `counts any number of pictures without looking at them`() throws {
    try withTemporaryFolder { folder in
      let ledger = try Ledger(folder.appending("state.sqlite"))
      try ledger.acknowledge([picture("car.jpg", probabilities: [0.9, 0.6])])
      try ledger.write {
        try $0.execute(
          sql: """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ?)
            INSERT INTO images (sha256, name, state)
            SELECT randomblob(32), n || '.jpg', iif(n % 10, 'mined', 'held_out') FROM numbers
            """, arguments: [99_999])
      }
      #expect(try ledger.counts().mined == 90_001)
      #expect(try ledger.counts().heldOut == 9_999)

      // Every query made by `status` and for each picture must use an index.
      try ledger.read { database in
        var asked: [String] = []
        database.trace { asked.append("\($0)") }
        _ = try LedgerCounts(in: database)
        database.trace()
        asked += [
          "SELECT * FROM images WHERE sha256 = x''",
          "SELECT * FROM images WHERE state = 'mined' AND id > 7 ORDER BY id LIMIT 9",
          "SELECT * FROM images WHERE kept IS NULL AND deleted IS NULL ORDER BY id",
          "SELECT id FROM hard_negatives WHERE verdict = 'kept' AND row IS NULL AND coalesce(turn, id) <= 7",
          "SELECT row FROM hard_negatives WHERE row IS NOT NULL AND verdict <> 'kept' ORDER BY row",
        ]
        #expect(asked.count >= 6)
        for question in asked {
          let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + question)
            .map { $0["detail"] as String }
          let searches = plan.allSatisfy {
            $0.hasPrefix("SEARCH") || $0.contains("USING INDEX") || $0 == "SCAN counts"
              || $0 == "SCAN generations"
          }
          #expect(searches, "\(question): \(plan)")
        }
      }
    }
  }

  @Test func `sums what daemons count`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      #expect(try Ledger(path).tallies().isEmpty)
      for _ in 0..<2 { try Ledger(path).add([.overflows: 1, .rescans: 10]) }
      #expect(try Ledger(path).tallies() == [.overflows: 2, .rescans: 20])
    }
  }

  @Test func `refuses one that a newer version wrote`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("state.sqlite")
      try Ledger(path).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of a newer version')")
      }
      let error = #expect(throws: LedgerError.self) { try Ledger(path) }
      #expect(error?.cause == .newer)
    }
  }
}

extension FilePath {
  fileprivate var size: Int {
    get throws { try FileManager.default.attributesOfItem(atPath: string)[.size] as? Int ?? 0 }
  }

  fileprivate func appendingSuffix(_ suffix: String) -> FilePath { FilePath(string + suffix) }
}
