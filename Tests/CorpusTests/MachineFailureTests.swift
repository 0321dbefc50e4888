import Corpus
import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Leftovers under `folder` that should not be there: empty files and drafts.
private func litter(in folder: FilePath) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: folder.string).filter { name in
    let path = folder.appending(name)
    return name.hasSuffix(".draft") || (try? path.stat())?.size == 0 && !name.hasSuffix("-wal")
  }
}

@Suite struct `A failing machine` {
  @Test(arguments: Undertaking.all)
  func `loses nothing when the disk fails once, anywhere in`(undertaking: Undertaking) throws {
    var failing = 0
    while true {
      let disk = BrieflyFailingDisk(at: failing)
      try withTemporaryFolder { folder in
        let place = try Place(folder)
        try undertaking.prepare(place)
        do {
          try Durable.$disk.withValue(disk) { try undertaking.act(place) }
        } catch let error as DurableError {
          #expect(error.description.contains(folder.string))
        }
        #expect(try litter(in: place.files) == [])
        try undertaking.recover(place, false)
      }
      guard disk.count > failing else { break }
      failing += 1
    }
    #expect(failing >= 3)
  }

  /// Nobody knows the size of a model before it is written, so HDF5 is refused in the middle.
  @Test(.enabled(if: SmallDisk.isPossible))
  func `is named alike whichever library it fails`() throws {
    try withSmallDisk(bytes: 8 << 10) { disk in
      let models = ModelStore(folder: disk, classifier: disk.appending("model.hdf5"))
      try withTemporaryFolder { folder in
        let ledger = try Ledger(folder.appending("state.sqlite"))
        let hog = hog(orientations: 1_000, cell: 8)
        let error = #expect(throws: DurableError.self) {
          try models.publish(model(1, hog: hog), training(1), in: ledger)
        }
        #expect(error?.isDiskFull == true && error?.path == models.path(of: 1))
        #expect(
          error?.description
            == "cannot write \(models.path(of: 1)): No space left on device; free some space")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.string) == [])
      }
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible))
  func `with a full disk keeps what it has and goes on when there is room`() throws {
    try withSmallDisk(bytes: 4 << 20) { disk in
      let hog = hog(orientations: 10_000, cell: 8)
      let place = try Place(disk, for: hog)
      let ledger = try place.ledger()
      try place.features.writeFeatures(
        LabelledRows(
          labels: [1, -1], features: [Float](repeating: 0.5, count: 20_000), featureCount: 10_000))
      try ledger.acknowledge([
        picture("a", probabilities: (0..<10).map { Double($0) / 16 }, hog: hog)
      ])
      let before = FileManager.default.contents(atPath: place.features.path.string)
      let ballast = disk.appending("ballast")
      let room = try #require(
        FileManager.default.attributesOfFileSystem(forPath: disk.string)[.systemFreeSize] as? Int)
      try Data(count: room - 100_000).write(to: URL(filePath: ballast.string))

      let error = #expect(throws: DurableError.self) { try place.features.seal(ledger) }
      #expect(error?.isDiskFull == true)
      #expect(error?.description.contains("\(place.features.path): it needs 1 MB") == true)
      #expect(FileManager.default.contents(atPath: place.features.path.string) == before)
      #expect(try litter(in: place.files) == [])

      let refused = #expect(throws: LedgerError.self) {
        try ledger.acknowledge([
          picture("b", probabilities: (0..<50).map { Double($0) / 64 }, hog: hog)
        ])
      }
      #expect(refused?.cause == .diskFull)
      #expect(try ledger.picture(digest("b")) == nil)
      #expect(try ledger.counts().unsealed == 10)

      try FileManager.default.removeItem(atPath: ballast.string)
      #expect(try place.features.seal(ledger) == 10)
      #expect(try place.features.summary().hardNegatives == 10)
    }
  }
}
