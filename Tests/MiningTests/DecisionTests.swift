import Corpus
import Detection
import Durable
import Mining
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import Verification

/// Decisions about windows after something that was cut off.
@Suite struct `Deciding after a kill` {
  /// Runs `body` with a miner and the windows of a kept picture that wait.
  private func withWaiting(_ body: (Miner, [MinedWindow.ID]) throws -> Void) throws {
    try withTrainedMiner(["hn_review_percentile": 0]) { miner, dataset in
      try miner.makeFolders()
      _ = try miner.mineDropped(unknownCar(dataset))
      let waiting = try miner.windowsForReview().map(\.id)
      #expect(waiting.count > 1)
      try body(miner, waiting)
    }
  }

  /// Seals, up to the moment when the file is replaced and the ledger does not know.
  private func cutOffSeal(_ miner: Miner) {
    let folder = miner.setup.files.features.removingLastComponent()
    let disk = FailingDisk { $0 == .synchronize(folder) }
    #expect(throws: DurableError.self) {
      try Durable.$disk.withValue(disk) { try miner.seal() }
    }
  }

  @Test func `computes the features of rows that have left the file`() throws {
    try withWaiting { miner, windows in
      _ = try miner.decide(.negative, windows)
      try miner.seal()
      _ = try miner.decide(.skip, windows)
      cutOffSeal(miner)
      #expect(try miner.decide(.negative, windows).changed == windows.sorted())
      try miner.seal()
      #expect(try Verification(of: miner.setup).findings() == [])
    }
  }

  @Test func `lets no window wait whose row is in the file`() throws {
    try withWaiting { miner, windows in
      _ = try miner.decide(.negative, windows)
      cutOffSeal(miner)
      let report = try miner.decide(.wait, windows)
      #expect(report.changed.isEmpty && report.lacking.map(\.id).sorted() == windows.sorted())
      try miner.seal()
      #expect(try Verification(of: miner.setup).findings() == [])
    }
  }

  @Test func `leaves out the neighbours of an object that was cut off before them`() throws {
    try withWaiting { miner, windows in
      let count = miner.setup.objects.rowsPerObject * miner.setup.hog.featureCount
      let object = DescribedWindow(
        id: windows[0], features: [Float](repeating: 0, count: count))
      _ = try miner.featureFile.deciding(in: miner.ledger) { decide in
        try decide(.object, [object.id], [object])
      }
      let again = try miner.decide(.object, [object.id])
      #expect(again.already == [object.id] && !again.neighbours.isEmpty)
      #expect(again.before.mapValues { $0.sorted() } == [.wait: again.neighbours.sorted()])
    }
  }
}
