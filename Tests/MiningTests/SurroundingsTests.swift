import Detection
import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Corpus
@testable import Inbox
@testable import Mining
@testable import Pictures
@testable import Training

@Suite struct `Negatives from around objects` {
  private let clearance = 8

  /// Runs `body` with a first detector trained on drawn pictures of cars only.
  private func withObjectsAlone(
    _ keys: [String: Any] = [:], cars: Int = 20, _ body: (Miner, DrawnDataset) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: cars, scenes: 0, drops: 0)
      let own: [String: Any] = [
        "image_distractions": NSNull(), "object_clearance": clearance, "hn_min_margin": -2,
        "hn_review_percentile": NSNull(), "percent_gt_images": 0.5,
      ]
      let setup = try Setup.load(writeSettings(dataset, own.merging(keys) { $1 }))
      _ = try Extraction(setup).run()
      let miner = try Miner(setup: setup)
      _ = try miner.train()
      try miner.makeFolders()
      try body(miner, dataset)
    }
  }

  /// The pictures whose objects were drawn for training, and the others.
  private func split(_ miner: Miner) throws -> (
    drawn: [AnnotatedPicture], others: [AnnotatedPicture]
  ) {
    let drawn = try #require(try miner.featureFile.drawnPictures())
    let all = try Objects(miner.setup, LeftOut()).pictures
    func isDrawn(_ picture: AnnotatedPicture) throws -> Bool {
      try drawn.contains(PictureBytes(reading: picture.path).digest)
    }
    return (try all.filter(isDrawn), try all.filter { try !isDrawn($0) })
  }

  private func drop(_ picture: FilePath, into miner: Miner, as name: String) throws -> PictureReport
  {
    let dropped = miner.setup.folders.inbox.appending(name)
    try FileManager.default.copyItem(atPath: picture.string, toPath: dropped.string)
    return try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)[0]
  }

  private func expectRefusal(
    _ report: PictureReport, saying words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let reason = report.fate.refusal else {
      Issue.record("not refused: \(report.fate)", sourceLocation: sourceLocation)
      return
    }
    #expect(reason.contains(words), sourceLocation: sourceLocation)
  }

  private func expectClear(
    _ report: PictureReport, of picture: AnnotatedPicture,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(!report.hits.isEmpty, sourceLocation: sourceLocation)
    for hit in report.hits {
      for box in picture.boxes + picture.ignored {
        let (a, b) = (hit.box, box)
        let apart =
          a.x1 <= b.x0 - clearance || a.x0 >= b.x1 + clearance || a.y1 <= b.y0 - clearance
          || a.y0 >= b.y1 + clearance
        #expect(apart, "\(a) of \(b)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: 1...5) func `are drawn at random as the lesson draws, but show no object`(
    seed: Int
  ) throws {
    let window = PixelSize(width: 96, height: 32)
    let picture = PixelSize(width: 250, height: 180)
    let object = Box(x0: 80, y0: 60, x1: 190, y1: 110)
    var (ours, lesson) = (PythonRandom(seed: seed), PythonRandom(seed: seed))
    let anywhere = try #require(RandomWindows(window, besides: []).draw(50, in: picture, &ours))
    for corner in anywhere {
      #expect(corner.x == lesson.below(155) && corner.y == lesson.below(149))
    }
    let clear = try #require(RandomWindows(window, besides: [object]).draw(50, in: picture, &ours))
    for corner in clear {
      #expect(
        corner.x + 96 <= 80 || corner.x >= 190 || corner.y + 32 <= 60 || corner.y >= 110)
    }
    #expect(anywhere.contains { $0.x < 190 && $0.x + 96 > 80 && $0.y < 110 && $0.y + 32 > 60 })
    let all = Box(x0: 20, y0: 20, x1: 230, y1: 160)
    #expect(RandomWindows(window, besides: [all]).draw(1, in: picture, &ours) == nil)
    #expect(
      RandomWindows(window, besides: []).draw(1, in: PixelSize(width: 95, height: 200), &ours)
        == nil)
  }

  @Test func `are cut from the pictures that are drawn for training alone`() throws {
    try withObjectsAlone { miner, _ in
      let rows = try miner.featureFile.trainingRows(hardNegatives: .mostConfident(0))
      #expect(rows.labels.count { $0 < 0 } == 100)
      #expect(try split(miner).drawn.count == 10)
    }
  }

  @Test func `are mined in pictures that somebody names, and in the batch`() throws {
    try withObjectsAlone { miner, _ in
      let (drawn, others) = try split(miner)
      let report = try miner.mine([drawn[0].path])[0]
      #expect(report.fate == .mined && report.new.count == report.hits.count)
      expectClear(report, of: drawn[0])
      // A picture that measures is shown, but nothing is learnt from it.
      let shown = try miner.mine([others[0].path])[0]
      #expect(shown.fate == .shown && shown.new.isEmpty)
      expectClear(shown, of: others[0])
      expectRefusal(
        try miner.mine([drawn[0].path], areNegatives: true)[0], saying: drawn[0].path.string)

      #expect(
        try Set(miner.batch(all: true, LeftOut())) == Set(drawn.map(\.path)))
      var mined: Set<FilePath> = []
      try miner.mineBatch(miner.batch(all: true, LeftOut()), isDryRun: false) { report in
        #expect(report.fate == .mined)
        mined.insert(report.picture)
      }
      #expect(mined == Set(drawn.map(\.path)))
      #expect(try miner.heldOut().annotated.map(\.path) == others.map(\.path))
    }
  }

  @Test func `are mined in pictures that are dropped, whatever share of the inbox is held out`()
    throws
  {
    try withObjectsAlone(["hn_validation_share": 0.99]) { miner, dataset in
      let (drawn, others) = try split(miner)
      let report = try drop(drawn[0].path, into: miner, as: "a.jpg")
      #expect(report.fate == .mined)
      expectClear(report, of: drawn[0])
      expectRefusal(
        try drop(others[0].path, into: miner, as: "b.jpg"), saying: "held out to measure detectors")
      #expect(try miner.heldOut().negatives.isEmpty)
      // Re-mining finds no object either.
      for again in try miner.remine([miner.setup.folders.mined.appending("a.jpg")]) {
        expectClear(again, of: drawn[0])
      }
    }
  }

  @Test func `are refused where nobody knows where objects are`() throws {
    try withObjectsAlone { miner, dataset in
      let picture = try split(miner).drawn[0].path
      let annotation = dataset.carAnnotations.appending("\(picture.stem!).xml")
      let text = try String(contentsOfFile: annotation.string, encoding: .utf8)
      let outside = "<xmin>900</xmin><ymin>900</ymin><xmax>990</xmax><ymax>990</ymax>"
      try text.replacing(
        "</annotation>",
        with: "<object><name>car</name><bndbox>\(outside)</bndbox></object></annotation>"
      ).write(toFile: annotation.string, atomically: true, encoding: .utf8)
      expectRefusal(try miner.mine([picture])[0], saying: "whose annotation cannot be used")
      #expect(try !miner.batch(all: true, LeftOut()).contains(picture))
      try FileManager.default.removeItem(atPath: annotation.string)
      expectRefusal(try miner.mine([picture])[0], saying: "whose annotation cannot be used")
      // Without any annotations only this picture is refused, and others are mined.
      try FileManager.default.removeItem(atPath: dataset.carAnnotations.string)
      expectRefusal(
        try drop(picture, into: miner, as: "a.jpg"), saying: "whose annotation cannot be used")
    }
  }

  @Test func `keep clear of objects to be ignored, and of those of a copy in the data set`() throws
  {
    try withObjectsAlone { miner, dataset in
      let picture = try split(miner).drawn[0]
      let annotation = dataset.carAnnotations.appending("\(picture.path.stem!).xml")
      let text = try String(contentsOfFile: annotation.string, encoding: .utf8)
      let free = try miner.mine([picture.path], isDryRun: true)[0].hits.map(\.box)
      let first = try #require(free.first)
      func object(_ box: Box, _ more: String) -> String {
        "<object><name>car</name>\(more)<bndbox><xmin>\(box.x0 + 1)</xmin><ymin>\(box.y0 + 1)</ymin>"
          + "<xmax>\(box.x1)</xmax><ymax>\(box.y1)</ymax></bndbox></object></annotation>"
      }
      try text.replacing("</annotation>", with: object(first, "<difficult>1</difficult>"))
        .write(toFile: annotation.string, atomically: true, encoding: .utf8)
      let rest = try miner.mine([picture.path], isDryRun: true)[0].hits.map(\.box)
      #expect(!rest.isEmpty && !rest.contains { $0.overlaps(first) })

      let second = try #require(rest.first)
      try FileManager.default.copyItem(
        atPath: picture.path.string, toPath: dataset.carImages.appending("twin.jpg").string)
      try text.replacing("car-", with: "twin-").replacing("</annotation>", with: object(second, ""))
        .write(
          toFile: dataset.carAnnotations.appending("twin.xml").string, atomically: true,
          encoding: .utf8)
      let last = try miner.mine([picture.path], isDryRun: true)[0].hits.map(\.box)
      #expect(
        !last.isEmpty && !last.contains { $0.overlaps(first) || $0.overlaps(second) })
    }
  }

  @Test func `make held-out pictures measure misfires, too`() throws {
    try withObjectsAlone(["target_fppi": 1]) { miner, _ in
      let set = try miner.heldOut()
      #expect(set.counts == (objects: 10, negatives: 10))
      let report = try miner.evaluate(nil, on: set)
      #expect(report.negatives == 10 && report.logAverageMissRate != nil)
      #expect(miner.detector?.threshold.source == .targetFPPI)
    }
    try withObjectsAlone { miner, _ in
      let setup = try Setup.load(
        writeSettings(
          DrawnDataset(in: miner.setup.path.removingLastComponent(), cars: 20, scenes: 0, drops: 0),
          ["image_distractions": NSNull(), "percent_gt_images": 0.5]))
      #expect(try Miner(setup: setup).heldOut().counts == (objects: 10, negatives: 0))
    }
  }

  @Test func `teach a guard that knows the boxes`() throws {
    try withObjectsAlone(["hn_review_percentile": 100], cars: 60) { miner, _ in
      let report = try #require(miner.detector?.objectGuard?.report)
      #expect(report.isHeldOut && report.objects == 30 && report.negatives == 30)
      #expect(report.caught >= 28, "\(report.sentence)")
      let (drawn, others) = try split(miner)
      let guardScanner = try #require(miner.detector?.guardScanner)
      for picture in drawn.prefix(10) + others.prefix(10) {
        let image = try miner.setup.reader.picture(at: picture.path)
        let boxes = picture.boxes.map {
          Box(x0: $0.x0 - 8, y0: $0.y0 - 8, x1: $0.x1 + 8, y1: $0.y1 + 8)
        }
        #expect(guardScanner.showsObject(image, besides: [], threads: 1))
        #expect(!guardScanner.showsObject(image, besides: boxes, threads: 1))
      }
      let dropped = try drop(drawn[0].path, into: miner, as: "a.jpg")
      #expect(dropped.fate == .mined && dropped.setAside == 0 && dropped.hardNegatives > 0)
    }
  }
}
