import Detection
import Durable
import Foundation
import Mining
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Inbox
@testable import Training

@Suite struct `Mining again` {
  @Test func `finds what the new model misfires on, and tells when that is almost nothing`() throws
  {
    try withTrainedMiner { miner, dataset in
      let pictures = (1...8).map { dataset.drops.appending("scene-000\($0).jpg") }
      let first = try miner.mine(pictures)
      #expect(try miner.status().isSaturated == nil)

      // The same model finds nothing new.
      let same = try remine(miner)
      #expect(same.pictures == 8 && same.hardNegatives == 0)
      #expect(same.saturation.ratio == 1 && same.saturation.isReached)
      #expect(try miner.status().isSaturated == true)

      // With a lower threshold it would have found more, so now there is something to learn.
      let stricter = try Miner(
        setup: .load(writeSettings(dataset, ["hn_min_margin": -0.9, "C": 1])))
      let more = try remine(stricter)
      #expect(more.hardNegatives > 0 && !more.saturation.isReached)
      #expect(try stricter.status().isSaturated == false)
      let known = first.map(\.hardNegatives).reduce(0, +)
      #expect(try stricter.status().hardNegatives.total == known + more.hardNegatives)

      _ = try miner.train(isForced: true)
      #expect(try miner.status().isSaturated == nil)
    }
  }

  @Test func `counts what was found before it was cut off`() throws {
    try withTrainedMiner { miner, dataset in
      _ = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let stricter = try Miner(
        setup: .load(writeSettings(dataset, ["hn_min_margin": -0.9, "C": 1])))
      var first = try Remining(stricter)
      _ = try first.upcoming(5)
      let found = try first.mine(5).flatMap(\.new).count
      #expect(found > 0)
      // A picture mined meanwhile does not count as a kept one.
      _ = try stricter.mine([dataset.folder.appending("scenes/scene-0001.jpg")])

      let whole = try remine(Miner(setup: stricter.setup))
      #expect(whole.pictures == 9 && whole.hardNegatives > found)
      let again = try remine(stricter)
      #expect(again.hardNegatives == 0)
    }
  }

  /// It used to say that more pictures will not help.
  @Test func `says nothing where no picture is there to mine`() throws {
    try withTrainedMiner { miner, _ in
      var remining = try Remining(miner)
      #expect(try remining.upcoming(3).isEmpty)
      #expect(try remining.finish() == nil)
      #expect(try miner.status().isSaturated == nil)
      #expect(try !miner.hasRemined())
    }
  }

  /// They used to count as mined, and as pictures with nothing new.
  @Test func `counts no picture that cannot be used`() throws {
    try withTrainedMiner { miner, dataset in
      _ = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let strict = try Miner(setup: .load(writeSettings(dataset, ["max_megapixels": 0.01])))
      var remining = try Remining(strict)
      _ = try remining.upcoming(8)
      let reports = try remining.mine(8)
      #expect(reports.count == 8 && reports.allSatisfy { $0.problem != nil })
      #expect(try remining.finish() == nil)
      #expect(try !strict.hasRemined() && strict.status().isSaturated == nil)
    }
  }

  @Test func `asks for a model of its own ledger`() throws {
    try withTrainedMiner { miner, dataset in
      let setup = try Setup.load(writeSettings(dataset, ["state_path": "another.sqlite"]))
      let stranger = try Miner(setup: setup)
      #expect(stranger.detector?.generation == 1)
      #expect(try stranger.hasRemined())
      #expect(throws: ModelFromElsewhere.self) { try Remining(stranger) }
    }
  }

  private func remine(_ miner: Miner) throws -> Remining.Report {
    var remining = try Remining(miner)
    while case let pictures = try remining.upcoming(3), !pictures.isEmpty {
      try remining.mine(pictures.count)
    }
    return try #require(try remining.finish())
  }
}

@Suite struct `Experimenting` {
  @Test func `trains with some of the hard negatives, and publishes nothing`() throws {
    let keys: [String: Any] = ["percent_gt_images": 0.5, "validation_share": 0.4]
    try withTrainedMiner(keys) { miner, dataset in
      _ = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let experiment = Experiment(miner)
      let (report, leftOut) = try experiment.run()
      #expect(leftOut.sentences.isEmpty)
      let all = try miner.status().hardNegatives.total
      #expect(report.hardNegatives == all)
      for order in Experiment.Order.allCases {
        let trials = report.trials.filter { $0.order == order }
        #expect(trials.first?.hardNegatives == 0 && trials.last?.hardNegatives == all)
        #expect(trials.map(\.hardNegatives) == trials.map(\.hardNegatives).sorted())
        let told = report.conclusion(order, tolerance: 0.01)
        #expect(trials.contains { $0.hardNegatives == told.enough })
      }
      // All of them are the same, whatever the order.
      let last = report.trials.filter { $0.hardNegatives == all }.map(\.logAverageMissRate)
      #expect(last.count == 2 && last[0] == last[1])
      #expect(miner.detector?.generation == 1)
      #expect(try miner.generations().count == 1)
      #expect(FileManager.default.fileExists(atPath: experiment.path.string))
    }
  }

  @Test func `goes on with what is left when rows leave the file meanwhile`() throws {
    let keys: [String: Any] = ["percent_gt_images": 0.5, "validation_share": 0.4]
    try withTrainedMiner(keys) { miner, dataset in
      let mined = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let taught = try #require(mined.first { $0.hardNegatives > 0 }?.picture)
      let pictures = try miner.pictures(.pictures([taught]))
      let all = try miner.status().hardNegatives.total
      let (report, _) = try Experiment(miner).run { progress in
        guard progress.done == 1 else { return }
        do {
          _ = try miner.forget(pictures, reason: "a car")
        } catch {
          Issue.record(error)
        }
      }
      let left = try miner.status().hardNegatives.total
      #expect(left < all && report.hardNegatives == all)
      for order in Experiment.Order.allCases {
        #expect(report.trials.last { $0.order == order }?.hardNegatives == left)
      }
    }
  }
}

@Suite struct `Retrying` {
  @Test func `puts quarantined pictures back into the inbox`() throws {
    try withTrainedMiner { miner, _ in
      try miner.makeFolders()
      let inbox = Inbox(folder: miner.setup.folders.inbox)
      let bad = inbox.folder.appending("bad.jpg")
      try Data("no picture".utf8).write(to: URL(filePath: bad.string))
      _ = try miner.mineInbox(inbox.listing().files)
      #expect(try inbox.listing().files.isEmpty)
      // As a kill leaves it while a reason is being written.
      let draft = miner.setup.folders.quarantine.appending("another.jpg.reason.txt.draft")
      try Data("no".utf8).write(to: URL(filePath: draft.string))
      #expect(try miner.retry() == [bad])
      #expect(try Data(contentsOf: URL(filePath: bad.string)) == Data("no picture".utf8))
      let left = try FileManager.default.contentsOfDirectory(
        atPath: miner.setup.folders.quarantine.string)
      #expect(left == ["another.jpg.reason.txt.draft"])
      #expect(try miner.status().images.quarantined == 0)
    }
  }
}

@Suite struct `Pruning quarantine` {
  /// A reason that was left behind made the next picture of that name look as old.
  @Test func `leaves no reason without its picture, and everything of others`() throws {
    try withTrainedMiner { miner, _ in
      try miner.makeFolders()
      let inbox = Inbox(folder: miner.setup.folders.inbox)
      let folder = miner.setup.folders.quarantine
      func write(_ text: String, to path: FilePath) throws {
        try Data(text.utf8).write(to: URL(filePath: path.string))
      }
      func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
      }
      for name in ["a.jpg", "b.jpg", "c.jpg", "d.jpg"] {
        try write("no picture: \(name)", to: inbox.folder.appending(name))
      }
      _ = try miner.mineInbox(inbox.listing().files)
      let quarantine = Quarantine(folder)
      let pictures = try quarantine.pictures()
      #expect(pictures.count == 4 && pictures.allSatisfy { $0.reason != nil })

      // Meanwhile somebody retries one, and another cannot be removed.
      _ = try miner.retry(["b.jpg"])
      let stuck = folder.appending("c.jpg")
      let disk = FailingDisk { $0 == .remove(stuck) }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) { try quarantine.prune(pictures) }
      }
      #expect(try names() == ["c.jpg", "c.jpg.reason.txt"])

      // As kills leave them, and files of a person.
      try write(#require(pictures.last?.reason), to: folder.appending("d.jpg.reason~2.txt"))
      try write("mine", to: folder.appending("a.jpg.reason.txt"))
      try write("mine", to: folder.appending("notes.reason.txt"))
      try quarantine.removeOrphanedReasons { miner.ledger }
      let others = ["a.jpg.reason.txt", "notes.reason.txt"]
      #expect(try names() == (others + ["c.jpg", "c.jpg.reason.txt"]).sorted())
      try FileManager.default.removeItem(atPath: stuck.string)
      try quarantine.removeOrphanedReasons { miner.ledger }
      #expect(try names() == others)
    }
  }
}
