import Corpus
import Detection
import Foundation
import Mining
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import Verification
import World

@Suite struct `Guard against objects` {
  @Test func `sets windows aside that look more like the object than most objects do`() throws {
    // Every positive is above percentile 0, so a picture with the object must be doubted.
    try withTrainedMiner(["hn_review_percentile": 0]) { miner, dataset in
      try miner.makeFolders()
      let car = try unknownCar(dataset)
      let report = try miner.mineDropped(car)
      #expect(report.setAside > 0)
      #expect(report.setAside + report.hardNegatives == report.hits.count)

      let waiting = try miner.windowsForReview()
      #expect(waiting.count == report.setAside)
      #expect(waiting.allSatisfy { $0.picture == miner.setup.folders.mined.appending("car.jpg") })
      #expect(try miner.status().hardNegatives.setAside == report.setAside)
      #expect(try miner.status().hardNegatives.total == report.hardNegatives)

      // One window does not show the object; the others are kept out.
      #expect(try miner.decide(.negative, [waiting[0].id]).changed == [waiting[0].id])
      _ = try miner.decideWaiting(.skip)
      #expect(try miner.decide(.negative, [waiting[0].id]).changed == [])
      let after = try miner.status().hardNegatives
      #expect(after.setAside == 0 && after.total == report.hardNegatives + 1)
      _ = try miner.seal()

      // None of its windows returns, however often the picture is mined.
      let again = try miner.mine([car])[0]
      #expect(again.hits.count == report.hits.count)
      #expect(again.hardNegatives == 0 && again.setAside == 0)
    }
  }

  /// Any decision on a window can be taken back and made again; the ledger is consistent in between.
  @Test(arguments: [Decision.negative, .object, .skip])
  func `lets windows wait again`(_ decision: Decision) throws {
    try withTrainedMiner(["hn_review_percentile": 0]) { miner, dataset in
      try miner.makeFolders()
      _ = try miner.mineDropped(unknownCar(dataset))
      let waiting = try miner.windowsForReview().map(\.id)
      let first = try #require(waiting.first)

      let decided = try miner.decide(decision, [first])
      #expect(decided.changed == [first] && decided.already.isEmpty)
      let again = try miner.decide(decision, [first])
      #expect(again.changed.isEmpty && again.already == [first])
      // Everything that the report lists is taken back, including an object's neighbours.
      let changed = decided.changed + decided.neighbours
      #expect(decided.before.mapValues { $0.sorted() } == [.wait: changed.sorted()])
      #expect(try miner.windowsForReview().map(\.id) == waiting.filter { !changed.contains($0) })
      for (before, windows) in decided.before { _ = try miner.decide(before, windows) }
      #expect(try miner.windowsForReview().map(\.id) == waiting)
      #expect(try Verification(of: miner.setup).findings() == [])

      // Sealed windows are already rows of the file.
      #expect(try miner.decide(.negative, waiting).changed == waiting.sorted())
      _ = try miner.seal()
      let late = try miner.decide(.wait, waiting)
      #expect(late.changed.isEmpty && late.lacking.map(\.id).sorted() == waiting.sorted())
      #expect(try Verification(of: miner.setup).findings() == [])
    }
  }

  @Test func `doubts nothing that a person chose to be mined`() throws {
    try withTrainedMiner(["hn_review_percentile": 0]) { miner, dataset in
      let report = try miner.mine([unknownCar(dataset)])[0]
      #expect(report.setAside == 0 && report.hardNegatives == report.hits.count)
    }
  }
}

@Suite struct `Choosing hits` {
  @Test func `keeps so many of a picture, the most confident`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = (1...8).map { dataset.drops.appending("scene-000\($0).jpg") }
      let all = try miner.mine(pictures, isDryRun: true)
      let few = try Miner(setup: .load(writeSettings(dataset, ["hn_max_per_image": 2])))
        .mine(pictures, isDryRun: true)
      for (all, few) in zip(all, few) { #expect(few.hits == Array(all.hits.prefix(2))) }
    }
  }

  @Test func `keeps one of windows that overlap by more than the settings say`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = (1...8).map { dataset.drops.appending("scene-000\($0).jpg") }
      let all = try miner.mine(pictures, isDryRun: true)
      let thinned = try Miner(setup: .load(writeSettings(dataset, ["hn_overlap_thresh": 0.5])))
        .mine(pictures, isDryRun: true)
      for (all, thinned) in zip(all, thinned) {
        #expect(thinned.hits.first == all.hits.first)
        for (index, hit) in thinned.hits.enumerated() {
          for other in thinned.hits[..<index] {
            #expect(hit.box.intersectionOverUnion(with: other.box) <= 0.5)
          }
        }
        // Each removed hit overlaps a more confident one that stayed.
        for hit in all.hits where !thinned.hits.contains(hit) {
          #expect(
            thinned.hits.contains {
              $0.margin >= hit.margin && $0.box.intersectionOverUnion(with: hit.box) > 0.5
            })
        }
      }
      #expect(thinned.map(\.hits.count).reduce(0, +) < all.map(\.hits.count).reduce(0, +))
    }
  }
}
