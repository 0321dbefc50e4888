import Detection
import Foundation
import MiningSupport
import Settings
import TestSupport
import Testing
import World

@testable import Detecting
@testable import Evaluation
@testable import Text
@testable import Training

@Suite struct `The state of learning` {
  @Test func `improves while trainings are accepted`() {
    let learning = Learning(facts())
    #expect(learning.state == .improving && learning.advice.isEmpty && learning.findings.isEmpty)
  }

  @Test func `is saturated where nothing new is learnt`() {
    var facts = facts()
    facts.isSaturated = true
    let learning = Learning(facts)
    #expect(learning.state == .saturated)
    #expect(
      learning.advice == [
        "drop pictures of another kind: there is nothing more to learn from these"
      ])
  }

  @Test func `is stuck after two refusals, not after one`() {
    var facts = facts()
    facts.refusalsInARow = 1
    #expect(Learning(facts).state == .improving)
    facts.refusalsInARow = 2
    let learning = Learning(facts)
    #expect(learning.state == .stuck)
    #expect(
      learning.tried.contains(
        "9 trainings, the last 2 refused, on 1,500 hard negatives of 152 pictures"))
    #expect((1...3).contains(learning.advice.count))
  }

  @Test func `counts one of each in the singular`() {
    var facts = LearningFacts()
    (facts.trainings, facts.hardNegatives, facts.minedPictures, facts.setAside) = (1, 1, 1, 1)
    #expect(
      facts.triedInWords == "1 training, on 1 hard negative of 1 picture; 1 window waits for review"
    )
  }

  @Test func `is stuck where windows pile up for review`() {
    var facts = facts()
    facts.setAside = 1000
    #expect(Learning(facts).state == .improving)
    facts.setAside = 59_760
    let learning = Learning(facts)
    #expect(learning.state == .stuck)
    #expect(learning.findings.first?.contains("59,760 windows look more like the object") == true)
    #expect(learning.advice.first?.contains("misfire review") == true)
  }

  @Test func `says that the threshold is too high, unless each training chooses it`() {
    var facts = facts(missing: 30)
    facts.refusalsInARow = 2
    let learning = Learning(facts)
    #expect(
      learning.findings.contains { $0.contains("it misses 30 of 40 objects, and with as few") })
    #expect(learning.advice.contains { $0.hasPrefix("set target_fppi") })
    facts.targetFPPI = 0.1
    #expect(!Learning(facts).advice.contains { $0.hasPrefix("set target_fppi") })
  }

  @Test func `says that the object is too varied where no threshold helps`() {
    var facts = facts(lost: 30)
    facts.refusalsInARow = 2
    #expect(
      Learning(facts).findings.contains { $0.contains("they vary too much for one detector") })
  }

  @Test func `starves where there is too little to learn from or to judge by`() {
    #expect(Learning(LearningFacts(hasModel: false)).state == .starved)
    var few = facts()
    few.positives = 6
    let learning = Learning(few)
    #expect(learning.state == .starved)
    #expect(
      learning.findings == [
        "it has only 6 rows of the object to learn from, mirrored ones included"
      ])
    let unjudged = Learning(facts(objects: 4))
    #expect(
      unjudged.state == .starved && unjudged.findings[0].hasPrefix("4 objects and 20 pictures"))
    #expect(unjudged.advice[0].hasPrefix("hold out more"))
  }

  @Test func `never advises more than three things`() {
    var facts = facts(missing: 3, lost: 4, objects: 8)
    facts.positives = 6
    facts.refusalsInARow = 14
    facts.setAside = 59_760
    let learning = Learning(facts)
    #expect(learning.findings.count >= 4 && learning.advice.count == 3)
    #expect(learning.inWords.contains("(1) ") && learning.inWords.contains("(3) "))
  }

  @Test func `is told once for as long as it lasts`() {
    var watch = LearningWatch()
    var bad = facts()
    bad.refusalsInARow = 2
    let (improving, stuck) = (Learning(facts()), Learning(bad))
    bad.refusalsInARow = 3
    #expect(watch.take(improving) == nil)
    #expect(watch.take(stuck) == stuck)
    #expect(watch.take(Learning(bad)) == nil)
    #expect(watch.take(improving) == nil)
    #expect(watch.take(stuck) == stuck)
  }

  /// - Parameters:
  ///   - missing: the number of objects found only below the threshold.
  ///   - lost: the number of objects that are never found.
  private func facts(missing: Int = 0, lost: Int = 0, objects: Int = 40) -> LearningFacts {
    let scores = HeldOutScores(
      annotated: (0..<objects).map { index in
        PictureScores(objects: [index < lost ? nil : index < lost + missing ? 0.1 : 1])
      },
      negatives: (0..<20).map { _ in PictureScores() })
    let text = #"{ "features_path": "f", "classifier_path": "m", "window_dim": [96, 32] }"#
    let setup = try! Setup.parse(Array(text.utf8), path: "/nowhere.json")
    let sigmoid = Sigmoid(a: -2, b: 0)
    var facts = LearningFacts()
    facts.trainings = 9
    facts.positives = 84
    facts.minedPictures = 152
    facts.hardNegatives = 1500
    facts.evaluation = EvaluationReport(
      scores, calibratedBy: sigmoid, Threshold(setup, sigmoid), setup)
    return facts
  }
}

@Suite struct `Learning of a miner` {
  @Test func `is stuck after two refusals and says so in its status`() throws {
    try withTrainedMiner(["percent_gt_images": 0.5, "validation_share": 0.5], scenes: 30) {
      miner, _ in
      #expect(try miner.learning().state != .stuck)
      for copies in [40, 41] {
        try teachObjectsAsHardNegatives(to: miner, copies: copies)
        #expect(try miner.train().fate == .refused)
      }
      let learning = try miner.status().learning
      #expect(
        learning.state == .stuck && learning.tried.contains("3 trainings, the last 2 refused"))
      #expect(try jsonLine(miner.status()).contains(#""state":"stuck""#))
      // A person's decision ends it.
      _ = try miner.train(isForced: true)
      #expect(try miner.learning().state != .stuck)
    }
  }
}

@Suite struct `Thinning a flood` {
  /// Windows in a row, each shifted by a tenth of its width.
  private let row = (0..<50).map {
    ScanHit(box: Box(x0: $0 * 10, y0: 0, x1: $0 * 10 + 100, y1: 30), layer: 0, margin: Double($0))
  }

  @Test func `thins what a dropped picture floods with, and nothing less`() {
    let choice = HitChoice(limit: nil, overlap: nil, flood: 49)
    let kept = choice.chosen(of: row)
    #expect(kept.count > 5 && kept.count < 20 && kept.last == row.last)
    for (first, second) in zip(kept, kept.dropFirst()) {
      #expect(first.box.intersectionOverUnion(with: second.box) <= 0.5)
    }
    #expect(HitChoice(limit: nil, overlap: nil, flood: 50).chosen(of: row) == row)
    #expect(HitChoice(limit: nil, overlap: nil, flood: 3).chosen(of: row).count == 3)
  }

  @Test func `leaves alone what a person chose or set`() throws {
    #expect(HitChoice(limit: nil, overlap: nil).chosen(of: row) == row)
    #expect(HitChoice(limit: 45, overlap: nil, flood: 10).chosen(of: row) == Array(row.suffix(45)))
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 1, scenes: 1, drops: 1)
      let setup = try Setup.load(writeSettings(dataset, ["hn_retrain_threshold": 7]))
      #expect(HitChoice(setup.mining, isDropped: true).flood == 7)
      #expect(HitChoice(setup.mining, isDropped: false).flood == nil)
    }
  }
}
