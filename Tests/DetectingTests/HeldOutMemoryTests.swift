import Detection
import Evaluation
import Foundation
import Mining
import MiningSupport
import SystemPackage
import Testing

@testable import Detecting
@testable import Pictures
@testable import Training

@Suite struct `What models made of held-out pictures` {
  private static var keys: [String: Any] { ["percent_gt_images": 0.5, "validation_share": 0.5] }

  /// Another model for the same windows.
  private func other(than model: LinearSVM) -> LinearSVM {
    LinearSVM(
      hog: model.hog, weights: model.weights.map { $0 * 1.1 }, bias: model.bias + 0.2,
      sigmoid: model.sigmoid)
  }

  /// The models' scores of the pictures held out now, without a cache.
  private func seen(_ models: [LinearSVM], by miner: Miner) throws -> [HeldOutScores] {
    try models.map { try miner.scores(of: $0, on: miner.heldOut()) }
  }

  @Test func `is what they would make of them again, and no picture is looked at twice`() throws {
    try withTrainedMiner(Self.keys) { miner, _ in
      let memory = HeldOutMemory(
        miner.setup.detection, by: miner.setup.reader, miner.pictureMemory)
      let live = try miner.requireDetector().model
      let models = [live, other(than: live)]
      let count = try miner.heldOut().annotated.count + miner.heldOut().negatives.count
      #expect(count > 10)
      #expect(try memory.scores(of: [live], on: miner.heldOut()) == seen([live], by: miner))
      #expect(memory.scanCount == count)
      #expect(try memory.scores(of: models, on: miner.heldOut()) == seen(models, by: miner))
      #expect(memory.scanCount == 2 * count)
      #expect(
        try memory.scores(of: models.reversed(), on: miner.heldOut())
          == seen(models.reversed(), by: miner))
      #expect(memory.scanCount == 2 * count)
    }
  }

  @Test func `is forgotten where a picture or what it shows is another`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      let memory = HeldOutMemory(
        miner.setup.detection, by: miner.setup.reader, miner.pictureMemory)
      let live = try miner.requireDetector().model
      let models = [live, other(than: live)]
      _ = try memory.scores(of: models, on: miner.heldOut())
      let before = memory.scanCount
      // Now one picture gets the pixels of another.
      let annotated = try miner.heldOut().annotated
      let bytes = try Data(contentsOf: URL(filePath: annotated[1].path.string))
      try (bytes + [0]).write(to: URL(filePath: annotated[0].path.string))
      #expect(try memory.scores(of: models, on: miner.heldOut()) == seen(models, by: miner))
      #expect(memory.scanCount == before + 2)
      // And the annotation of another gets a different object.
      let place = URL(
        filePath: dataset.carAnnotations.appending("\(annotated[2].path.stem!).xml").string)
      let text = try String(contentsOf: place, encoding: .utf8)
      try text.replacing(/<xmin>\d+</, with: "<xmin>1<").write(
        to: place, atomically: true, encoding: .utf8)
      #expect(try memory.scores(of: models, on: miner.heldOut()) == seen(models, by: miner))
      #expect(memory.scanCount == before + 4)
      // An unusable picture is left out, and recorded, each time.
      try Data("none".utf8).write(to: URL(filePath: annotated[3].path.string))
      for _ in 1...2 {
        let set = try miner.heldOut()
        #expect(try memory.scores(of: models, on: set) == seen(models, by: miner))
        #expect(set.leftOut.count(.pictures) == 1)
      }
      #expect(memory.scanCount == before + 4)
    }
  }

  @Test func `is kept of few models, and of none where it would be too much`() throws {
    try withTrainedMiner(Self.keys) { miner, _ in
      let live = try miner.requireDetector().model
      var models = [live]
      while models.count <= HeldOutMemory.modelLimit { models.append(other(than: models.last!)) }
      let memory = HeldOutMemory(
        miner.setup.detection, by: miner.setup.reader, miner.pictureMemory)
      for model in models { _ = try memory.scores(of: [model], on: miner.heldOut()) }
      let all = memory.scanCount
      _ = try memory.scores(of: [models.last!], on: miner.heldOut())
      #expect(memory.scanCount == all)
      _ = try memory.scores(of: [live], on: miner.heldOut())
      #expect(memory.scanCount == all / models.count * (models.count + 1))

      let small = HeldOutMemory(
        miner.setup.detection, by: miner.setup.reader, miner.pictureMemory, numberLimit: 1)
      for _ in 1...2 {
        #expect(try small.scores(of: [live], on: miner.heldOut()) == seen([live], by: miner))
      }
      #expect(small.scanCount == 2 * all / models.count)
    }
  }

  private func memory(of miner: Miner, at path: FilePath) -> HeldOutMemory {
    HeldOutMemory(
      miner.setup.detection, by: miner.setup.reader, miner.pictureMemory, at: path)
  }

  @Test func `is there for the next process, unless its file is damaged in any way`() throws {
    try withTrainedMiner(Self.keys) { miner, dataset in
      let path = dataset.folder.appending("scores")
      let live = try miner.requireDetector().model
      let models = [live, other(than: live)]
      let seen = try seen(models, by: miner)
      let first = memory(of: miner, at: path)
      #expect(try first.scores(of: models, on: miner.heldOut()) == seen)
      let whole = try Data(contentsOf: URL(filePath: path.string))
      let next = memory(of: miner, at: path)
      #expect(try next.scores(of: models.reversed(), on: miner.heldOut()) == seen.reversed())
      #expect(next.scanCount == 0)
      #expect(try Data(contentsOf: URL(filePath: path.string)) == whole)

      let title = whole.firstIndex(of: 10)! + 1
      for place in [0, title, title + 32, title + 70, whole.count / 2, whole.count - 1] {
        var damaged = whole
        damaged[place] ^= 4
        try damaged.write(to: URL(filePath: path.string))
        let again = memory(of: miner, at: path)
        #expect(try again.scores(of: models, on: miner.heldOut()) == seen)
        #expect(again.scanCount == first.scanCount, "damaged at \(place)")
        // Now it is complete again.
        #expect(try Data(contentsOf: URL(filePath: path.string)) == whole)
      }
      for count in [0, 10, title, title + 32, title + 64, whole.count / 2, whole.count - 1] {
        try whole.prefix(count).write(to: URL(filePath: path.string))
        let again = memory(of: miner, at: path)
        #expect(try again.scores(of: models, on: miner.heldOut()) == seen)
        #expect(again.scanCount == first.scanCount, "cut short after \(count)")
      }
    }
  }

  @Test func `is kept beside the ledger by a training`() throws {
    try withTrainedMiner(Self.keys) { miner, _ in
      let path = miner.setup.files.ledger.sibling(".held-out")
      let live = try miner.requireDetector().model
      let next = memory(of: miner, at: path)
      #expect(try next.scores(of: [live], on: miner.heldOut()) == seen([live], by: miner))
      #expect(next.scanCount == 0)
      // With what is known of the pictures.
      let pictures = miner.setup.files.ledger.sibling(".pictures")
      #expect(!PictureMemoryFile(path: pictures).read().isEmpty)
    }
  }
}
