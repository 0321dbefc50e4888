import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A folder with models and a ledger.
private struct Store {
  let models: ModelStore
  let ledger: Ledger

  init(_ folder: FilePath) throws {
    models = ModelStore(
      folder: folder.appending("models"), classifier: folder.appending("live/model.hdf5"))
    ledger = try Ledger(folder.appending("state.sqlite"))
  }

  /// Publishes a generation as a training would.
  @discardableResult
  func train(isAccepted: Bool = true) throws -> Int {
    let number = try models.claimGeneration(in: ledger)
    try models.publish(
      model(number, seed: number), training(number, isAccepted: isAccepted), in: ledger)
    return number
  }

  /// Records a training, and then the disk fails.
  func trainUntilTheDiskFails() {
    let disk = FailingDisk { [models] in $0.path == models.classifier }
    #expect(throws: DurableError.self) {
      _ = try Durable.$disk.withValue(disk) { try train() }
    }
  }

  /// The generation at `classifier_path`, which must be the live one in the ledger.
  func live() throws -> Int? {
    let live = try models.live(for: smallHOG)?.generation
    #expect(try ledger.live() == live)
    return live
  }

  func history() throws -> [String] {
    try ledger.promotions().map { "\($0.kind.rawValue) \($0.generation)" }
  }
}

@Suite struct `The models` {
  /// The generations whose models exist.
  private func there(_ store: Store) throws -> [Int] { try store.models.generations() }

  /// What the generations were trained on.
  private func extracted(in folder: FilePath) throws -> FeatureFile {
    let features = FeatureFile(folder.appending("features.hdf5"), for: smallHOG)
    try features.writeFeatures(
      LabelledRows(labels: [1, -1], features: (0..<72).map { Float($0) }, featureCount: 36))
    return features
  }

  @Test func `that cannot be read are named`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      store.trainUntilTheDiskFails()
      let path = store.models.path(of: 1)
      try FileManager.default.removeItem(atPath: path.string)
      try Durable.createFolder(path)
      let error = #expect(throws: DurableError.self) {
        try store.models.recover(in: store.ledger)
      }
      #expect(error?.description == "cannot read \(path): Is a directory")

      try FileManager.default.removeItem(atPath: store.models.folder.string)
      try Durable.write("file".utf8, to: store.models.folder)
      let unlisted = #expect(throws: (any Error).self) { try there(store) }
      #expect(
        unlisted.map { "\($0)" }?
          .hasPrefix("cannot read the folder \(store.models.folder): Not a directory") == true)
    }
  }

  @Test func `are deleted but for the last, the live, the pinned and those that are asked for`()
    throws
  {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for _ in 1...6 { try store.train() }
      _ = try store.models.pin(2, for: smallHOG, in: store.ledger)
      func delete(keeping count: Int, and others: Set<Int> = []) throws -> Int {
        try store.models.deleteModels(keeping: count, and: others, in: store.ledger)
      }
      #expect(try delete(keeping: 2, and: [3]) == 2)
      #expect(try there(store) == [2, 3, 5, 6])
      #expect(try delete(keeping: 2, and: [3]) == 0)
      #expect(try store.ledger.generations().filter { $0.deleted != nil }.map(\.number) == [1, 4])
      #expect(try store.ledger.generations().count == 6)

      // That is not a fault, and the other models can be rolled back to.
      let verification = Verification(
        ledger: store.ledger, features: try extracted(in: folder), models: store.models)
      #expect(try verification.findings() == [])
      #expect(throws: ModelError.self) {
        _ = try store.models.pin(4, for: smallHOG, in: store.ledger)
      }
      try store.models.unpin(in: store.ledger)
      _ = try store.models.rollBack(to: 6, isPinned: false, for: smallHOG, in: store.ledger)
      #expect(try store.models.rollBack(for: smallHOG, in: store.ledger) == 5)

      // Neither a file that is not the generation's model, nor a model under another generation's name.
      try Data("my own".utf8).write(to: URL(filePath: store.models.path(of: 2).string))
      try FileManager.default.removeItem(atPath: store.models.path(of: 3).string)
      try FileManager.default.copyItem(
        atPath: store.models.path(of: 6).string, toPath: store.models.path(of: 3).string)
      #expect(try delete(keeping: 1) == 0)
      #expect(try there(store) == [2, 3, 5, 6])
    }
  }

  @Test
  func `are deleted or there wherever that is cut off, and no clean generation is one of them`()
    throws
  {
    var (cut, isDone) = (0, false)
    while !isDone {
      try withTemporaryFolder { folder in
        let store = try Store(folder)
        for _ in 1...4 { try store.train() }
        #expect(try store.ledger.cleanGeneration(before: 4) == 3)
        let disk = BrieflyFailingDisk(at: cut)
        do {
          _ = try Durable.$disk.withValue(disk) {
            try store.models.deleteModels(keeping: 1, and: [], in: store.ledger)
          }
          isDone = disk.count <= cut
        } catch is DurableError {}
        let verification = Verification(
          ledger: store.ledger, features: try extracted(in: folder), models: store.models)
        #expect(try verification.findings() == [])
        _ = try store.models.deleteModels(keeping: 1, and: [], in: store.ledger)
        #expect(try there(store) == [4] && store.live() == 4)
        #expect(try store.ledger.cleanGeneration(before: 4) == nil)
      }
      cut += 1
    }
    #expect(cut > 3)
  }

  @Test func `are rolled back past those whose probabilities turned over`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for _ in 1...3 { try store.train() }
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as m: m.attrs['A'] = 0.3",
        [store.models.path(of: 2).string])
      #expect(try store.models.rollBack(for: smallHOG, in: store.ledger) == 1)
      #expect(try store.live() == 1)
    }
  }

  @Test func `go live one after another and all stay`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      #expect(try store.live() == nil)
      for number in 1...3 {
        #expect(try store.train() == number)
        #expect(try store.live() == number)
      }
      #expect(try store.models.generations() == [1, 2, 3])
      #expect(try store.models.model(2, for: smallHOG) == model(2, seed: 2))
      #expect(try store.history() == ["published 1", "published 2", "published 3"])
    }
  }

  @Test func `do not go live where another did since they were compared with the live one`()
    throws
  {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      let compared = try store.ledger.lastPromotion()
      try store.train()
      func publish(after promotion: Int64) throws -> Bool {
        let number = try store.models.claimGeneration(in: store.ledger)
        return try store.models.publish(
          model(number, seed: number), training(number, isAccepted: true),
          judgedAfter: promotion, in: store.ledger)
      }
      let error = #expect(throws: LedgerError.self) { try publish(after: compared) }
      #expect(try error?.cause == .otherLive && store.live() == 2)
      #expect(try publish(after: store.ledger.lastPromotion()) && store.live() == 4)
    }
  }

  @Test func `are kept but not live when refused`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      try store.train(isAccepted: false)
      #expect(try store.live() == 1)
      #expect(try store.models.generations() == [1, 2])
      #expect(try store.ledger.generation(2)?.reason == "worse")
    }
  }

  @Test func `stay rolled back through the next training and a restart`() throws {
    try withTemporaryFolder { folder in
      for _ in 1...3 { try Store(folder).train() }
      let store = try Store(folder)
      #expect(try store.models.rollBack(for: smallHOG, in: store.ledger) == 2)
      #expect(try store.live() == 2)
      #expect(try store.train() == 4)
      #expect(try Store(folder).live() == 2)
      #expect(try Store(folder).ledger.generation(4)?.isAccepted == true)

      #expect(try store.models.unpin(in: store.ledger) == 2)
      #expect(try store.models.unpin(in: store.ledger) == nil)
      #expect(try store.live() == 2)
      #expect(try store.train() == 5)
      #expect(try Store(folder).live() == 5)
      #expect(try store.history().suffix(3) == ["rolled_back 2", "unpinned 2", "published 5"])
    }
  }

  @Test func `are pinned, the live one or another`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      try store.train()
      #expect(try store.models.pin(for: smallHOG, in: store.ledger) == 2)
      #expect(try store.models.pin(1, for: smallHOG, in: store.ledger) == 1)
      try store.train()
      #expect(try store.live() == 1)
      #expect(try store.ledger.pinned() == 1)
    }
  }

  @Test func `cannot go back to what is not there`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      let none = #expect(throws: ModelError.self) {
        try store.models.pin(for: smallHOG, in: store.ledger)
      }
      #expect(none?.cause == .unknownGeneration)
      try store.train()
      #expect(throws: ModelError.self) {
        try store.models.rollBack(for: smallHOG, in: store.ledger)
      }
      #expect(throws: ModelError.self) {
        try store.models.rollBack(to: 9, for: smallHOG, in: store.ledger)
      }
      #expect(try store.live() == 1)
      #expect(try store.ledger.pinned() == nil)
    }
  }

  @Test func `leave the live one alone when the next is damaged`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      try store.train()
      try Durable.write("damaged".utf8, to: store.models.path(of: 1))
      #expect(throws: (any Error).self) {
        try store.models.rollBack(for: smallHOG, in: store.ledger)
      }
      #expect(try store.live() == 2)
      #expect(try store.ledger.pinned() == nil)
    }
  }

  @Test func `go live after a crash in between`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      store.trainUntilTheDiskFails()
      #expect(try store.live() == 1)
      let restarted = try Store(folder)
      #expect(try restarted.models.recover(in: restarted.ledger) == 2)
      #expect(try restarted.live() == 2)
      #expect(try restarted.models.recover(in: restarted.ledger) == nil)
    }
  }

  @Test func `go live although one that was going live is gone`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      store.trainUntilTheDiskFails()
      try FileManager.default.removeItem(atPath: store.models.path(of: 2).string)
      let error = #expect(throws: ModelError.self) {
        try store.models.recover(in: store.ledger)
      }
      #expect(error?.description.contains("`misfire models list` shows them") == true)
      #expect(try store.models.pin(1, for: smallHOG, in: store.ledger) == 1)
      #expect(try store.live() == 1)
      #expect(try store.models.recover(in: store.ledger) == nil)
    }
  }

  @Test func `are put back where the live one is damaged, which is kept too`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for _ in 1...2 { try store.train() }
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == nil)
      try Durable.write("damaged".utf8, to: store.models.classifier)
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == 2)
      #expect(try store.live() == 2)
      #expect(try store.ledger.pinned() == nil)
      #expect(try store.history() == ["published 1", "published 2"])
      let aside = FileManager.default.contents(
        atPath: folder.appending("live/model~2.hdf5").string)
      #expect(aside == Data("damaged".utf8))
    }
  }

  @Test func `are put back where the live one is missing, however often that is cut off`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      #expect(try store.models.missing(for: smallHOG, in: store.ledger) == nil)
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == nil)
      for _ in 1...2 { try store.train() }
      #expect(try store.models.missing(for: smallHOG, in: store.ledger) == nil)
      let whole = FileManager.default.contents(atPath: store.models.classifier.string)
      try FileManager.default.removeItem(atPath: store.models.classifier.string)
      let missing = try #require(try store.models.missing(for: smallHOG, in: store.ledger))
      #expect(missing.problem.hasPrefix("it is missing, but generation 2 is live in the ledger: "))
      #expect(missing.problem.contains("`misfire verify --repair`"))

      let disk = FailingDisk { [store] in $0.path == store.models.classifier }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) {
          try store.models.restore(for: smallHOG, in: store.ledger)
        }
      }
      let restarted = try Store(folder)
      #expect(try restarted.models.recover(in: restarted.ledger) == 2)
      #expect(try restarted.models.restore(for: smallHOG, in: restarted.ledger) == nil)

      try FileManager.default.removeItem(atPath: store.models.classifier.string)
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == 2)
      #expect(try store.live() == 2)
      #expect(try store.ledger.pinned() == nil)
      #expect(FileManager.default.contents(atPath: store.models.classifier.string) == whole)
      #expect(try store.history() == ["published 1", "published 2"])
    }
  }

  @Test func `say what to do where no whole one can be put back`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      for _ in 1...2 { try store.train() }
      for path in [store.models.classifier, store.models.path(of: 2)] {
        try Durable.write("damaged".utf8, to: path)
      }
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == nil)
      let live = #expect(throws: ModelError.self) { try store.models.live(for: smallHOG) }
      #expect(live?.description.contains("`misfire models pin N`") == true)
      let second = #expect(throws: ModelError.self) {
        try store.models.pin(for: smallHOG, in: store.ledger)
      }
      #expect(second?.description.contains("choose another from `misfire models list`") == true)
      try FileManager.default.removeItem(atPath: store.models.classifier.string)
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == nil)
      let missing = try store.models.missing(for: smallHOG, in: store.ledger)
      #expect(missing?.problem.contains("`misfire train` makes a new one") == true)
      #expect(try store.models.rollBack(for: smallHOG, in: store.ledger) == 1)
      #expect(try store.live() == 1)
    }
  }

  @Test func `say why the system does not let one be read, and do not call it damaged`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      let path = store.models.classifier
      try FileManager.default.removeItem(atPath: path.string)
      // A link to itself.
      try FileManager.default.createSymbolicLink(
        atPath: path.string, withDestinationPath: path.string)
      let error = #expect(throws: ModelError.self) { try store.models.live(for: smallHOG) }
      #expect(error?.cause == .unreadable(.tooManySymbolicLinkLevels))
      #expect(
        error?.problem == """
          it cannot be read: Too many levels of symbolic links; check that it exists and is readable
          """)
    }
  }

  @Test func `leave one alone that was made for other settings`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      try model(7, hog: hog(orientations: 12)).write(to: store.models.classifier)
      let before = FileManager.default.contents(atPath: store.models.classifier.string)
      #expect(try store.models.restore(for: smallHOG, in: store.ledger) == nil)
      #expect(FileManager.default.contents(atPath: store.models.classifier.string) == before)
    }
  }

  @Test func `count on from the files when the ledger is new`() throws {
    try withTemporaryFolder { folder in
      let store = try Store(folder)
      try store.train()
      try store.train()
      let fresh = try Ledger(folder.appending("fresh.sqlite"))
      #expect(try store.models.claimGeneration(in: fresh) == 3)
    }
  }
}
