import Corpus
import Detection
import Foundation
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Files
@testable import Inbox
@testable import Mining
@testable import Pictures

@Suite struct `Pictures of image_dataset` {
  private func copy(_ picture: FilePath, to target: FilePath) throws {
    try FileManager.default.createDirectory(
      atPath: target.removingLastComponent().string, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: picture.string, toPath: target.string)
  }

  private func mineInbox(_ miner: Miner) throws -> [PictureReport] {
    try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
  }

  private func expectRefusal(
    _ report: PictureReport, naming object: FilePath, isQuarantined: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let reason = report.fate.refusal else {
      Issue.record("not refused: \(report.fate)", sourceLocation: sourceLocation)
      return
    }
    #expect(
      reason.contains(object.string) && reason.contains("image_dataset")
        && reason.contains("misfire retry") == isQuarantined, sourceLocation: sourceLocation)
  }

  @Test(arguments: [0, 0.9])
  func `are refused as negatives, dropped or named, until they are taken out of it`(
    heldOut: Double
  ) throws {
    try withTrainedMiner(["hn_validation_share": heldOut, "hn_review_percentile": NSNull()]) {
      miner, dataset in
      try miner.makeFolders()
      let car = dataset.carImages.appending("car-0003.jpg")
      let dropped = miner.setup.folders.inbox.appending("harmless.jpg")
      try copy(car, to: dropped)
      expectRefusal(try mineInbox(miner)[0], naming: car)
      let kept = miner.setup.folders.quarantine.appending("harmless.jpg")
      let reason = try String(contentsOfFile: "\(kept).reason.txt", encoding: .utf8)
      #expect(reason.contains(car.string))
      expectRefusal(try miner.mine([kept])[0], naming: car, isQuarantined: false)
      expectRefusal(try miner.mine([car], isDryRun: true)[0], naming: car, isQuarantined: false)
      #expect(try miner.status().hardNegatives.total == 0)

      try FileManager.default.removeItem(atPath: car.string)
      #expect(try miner.mine([kept])[0].fate == .mined)
      #expect(try miner.retry() == [dropped])
      #expect(try mineInbox(miner)[0].fate == .known)
    }
  }

  @Test func `are known at once when they are added, in a folder of their own as well`() throws {
    try withTrainedMiner { miner, dataset in
      let scene = dataset.drops.appending("scene-0001.jpg")
      #expect(try miner.mine([scene], isDryRun: true)[0].fate == .mined)
      let object = dataset.carImages.appending(["new", "scene.jpg"])
      try copy(scene, to: object)
      expectRefusal(
        try miner.mine([scene], isDryRun: true)[0], naming: object, isQuarantined: false)
      #expect(
        try miner.mine([dataset.drops.appending("scene-0002.jpg")], isDryRun: true)[0].fate
          == .mined)
    }
  }

  /// Only folders that held a picture were watched.
  @Test(arguments: [["2024", "06"], ["empty"]])
  func `are known at once when they are added to a folder that held none`(folder: [String]) throws {
    try withTrainedMiner { miner, dataset in
      let scene = dataset.drops.appending("scene-0001.jpg")
      try copy(
        dataset.drops.appending("scene-0003.jpg"),
        to: dataset.carImages.appending(["2024", "05", "car.jpg"]))
      let added = dataset.carImages.appending(folder.map { .init($0)! })
      if folder == ["empty"] {
        try FileManager.default.createDirectory(
          atPath: added.string, withIntermediateDirectories: false)
      }
      #expect(try miner.mine([scene], isDryRun: true)[0].fate == .mined)
      let object = added.appending("scene.jpg")
      try copy(scene, to: object)
      expectRefusal(
        try miner.mine([scene], isDryRun: true)[0], naming: object, isQuarantined: false)
    }
  }

  /// Neither the folder nor the start of the picture changes when the rest of it is written.
  @Test func `are known once they are written to the end`() throws {
    try withTrainedMiner { miner, dataset in
      let scene = dataset.drops.appending("scene-0001.jpg")
      let object = dataset.carImages.appending("scene.jpg")
      let bytes = try Data(contentsOf: URL(filePath: scene.string))
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: object.string))
      #expect(try miner.mine([scene], isDryRun: true)[0].fate == .mined)
      let file = try FileHandle(forWritingTo: URL(filePath: object.string))
      try file.seekToEnd()
      try file.write(contentsOf: bytes.suffix(from: bytes.count / 2))
      try file.close()
      expectRefusal(
        try miner.mine([scene], isDryRun: true)[0], naming: object, isQuarantined: false)
    }
  }

  /// As on a disk that is mounted again.
  @Test func `are known again when their folder is back`() throws {
    try withTrainedMiner { miner, dataset in
      let car = dataset.carImages.appending("car-0001.jpg")
      let copied = dataset.folder.appending("copy.jpg")
      try copy(car, to: copied)
      let away = dataset.folder.appending("away")
      try FileManager.default.moveItem(atPath: dataset.carImages.string, toPath: away.string)
      #expect(try miner.mine([copied], isDryRun: true)[0].fate == .mined)
      try FileManager.default.moveItem(atPath: away.string, toPath: dataset.carImages.string)
      expectRefusal(
        try miner.mine([copied], isDryRun: true)[0], naming: car, isQuarantined: false)
    }
  }

  @Test func `are left out of the lesson's batch, and the others are mined`() throws {
    try withTrainedMiner { miner, dataset in
      let car = dataset.carImages.appending("car-0001.jpg")
      let hidden = dataset.scenes.appending("hidden.jpg")
      try copy(car, to: hidden)
      var fates: [FilePath: PictureFate] = [:]
      try miner.mineBatch(listFolder(dataset.scenes).map(\.path), isDryRun: true) {
        fates[$0.picture] = $0.fate
      }
      #expect(fates.count == 13)
      for (picture, fate) in fates where picture != hidden { #expect(fate == .mined) }
      guard fates[hidden]?.refusal != nil else {
        Issue.record("not refused: \(String(describing: fates[hidden]))")
        return
      }
    }
  }

  @Test func `that cannot be listed keep nothing from being mined`() throws {
    try withTrainedMiner { miner, dataset in
      try FileManager.default.moveItem(
        atPath: dataset.carImages.string, toPath: dataset.folder.appending("gone").string)
      let scene = dataset.drops.appending("scene-0001.jpg")
      #expect(try miner.mine([scene], isDryRun: true)[0].fate == .mined)
    }
  }

  // MARK: Copies

  /// A picture resized and compressed again.
  private func copy(of picture: GrayImage, scale: Double, quality: Int) throws -> GrayImage {
    let size = PixelSize(
      width: Int(Double(picture.width) * scale), height: Int(Double(picture.height) * scale))
    return try Raster.decodeGray(
      Raster.encode(Raster.resize(picture, to: size), as: .jpeg(quality: quality)))
  }

  /// What the camera sees with something else in the object's place.
  private func frame(of picture: GrayImage, without box: Box, _ other: GrayImage) -> GrayImage {
    let patch = Raster.resize(other, to: picture.size)
    var pixels = picture.pixels
    for y in box.y0..<box.y1 {
      let row = (y * picture.width + box.x0)..<(y * picture.width + box.x1)
      pixels.replaceSubrange(row, with: patch.pixels[row])
    }
    return GrayImage(width: picture.width, height: picture.height, pixels: pixels)
  }

  private func decoded(_ path: FilePath) throws -> GrayImage {
    try Raster.decodeGray(PictureBytes(reading: path).bytes)
  }

  @Test func `are refused when a copy is dropped that was resized and compressed again`() throws {
    try withTrainedMiner(["hn_review_percentile": NSNull()]) { miner, dataset in
      try miner.makeFolders()
      let car = dataset.carImages.appending("car-0002.jpg")
      let dropped = miner.setup.folders.inbox.appending("copy.jpg")
      try Data(
        Raster.encode(
          copy(of: decoded(car), scale: 0.75, quality: 60), as: .jpeg(quality: 60))
      )
      .write(to: URL(filePath: dropped.string))
      expectRefusal(try mineInbox(miner)[0], naming: car)
      // A person who names the picture vouches for it.
      let kept = miner.setup.folders.quarantine.appending("copy.jpg")
      #expect(try miner.mine([kept], isDryRun: true)[0].fate == .mined)
    }
  }

  @Test func `are hashed in steps, each once`() throws {
    try withTrainedMiner { miner, _ in
      var steps = 0
      while try !miner.hashObjectPictures(while: { false }) { steps += 1 }
      // The first picture alone, then the other 19, one per thread; the last step returns true.
      let threads = miner.setup.threads
      #expect(steps == (19 + threads - 1) / threads)
      #expect(try miner.hashObjectPictures(while: { false }))
    }
  }

  @Test(.enabled(if: RealPictures.folder != nil))
  func `are told from copies of real pictures, and not from other frames of their camera`() throws {
    let folder = try FilePath(#require(RealPictures.folder).path)
    try withTemporaryFolder { work in
      let text = """
        { "image_dataset": "\(folder)/car_side/images", "image_annotations": "\(folder)/car_side/annotations",
          "window_dim": [96, 32], "features_path": "\(work)/f.hdf5", "classifier_path": "\(work)/m.hdf5" }
        """
      let setup = try Setup.parse(Array(text.utf8), path: work.appending("cars.json"))
      let pictures = ObjectPictures(setup.objects, by: setup.reader, PictureMemory())
      #expect(try pictures.hash())
      let scenes = try RealPictures.scenes().map { FilePath($0.path) }
      var (copies, known, frames, taken) = (0, 0, 0, 0)
      for (index, object) in try Objects(setup, LeftOut()).pictures.enumerated() {
        let picture = try decoded(object.path)
        for (scale, quality) in [(0.25, 60), (0.5, 10), (0.75, 30), (1, 60)] {
          copies += 1
          let copy = try copy(of: picture, scale: scale, quality: quality)
          if try pictures.original(of: copy) == object.path { known += 1 }
        }
        for other in scenes[(index * 5)..<(index * 5 + 5)] {
          frames += 1
          let frame = try frame(of: picture, without: object.boxes[0], decoded(other))
          if try pictures.original(of: frame) != nil { taken += 1 }
        }
      }
      Soak.report("known \(known) of \(copies) copies, taken for one \(taken) of \(frames) frames")
      #expect(known * 100 >= copies * 98, "\(known) of \(copies)")
      #expect(taken == 0, "\(taken) of \(frames)")
    }
  }
}
