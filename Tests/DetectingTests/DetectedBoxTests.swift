import Detection
import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Detecting
@testable import Mining
@testable import Pictures

@Suite struct `Boxes of detections` {
  private func objects(_ keys: [String: Any], _ dataset: DrawnDataset, in picture: FilePath) throws
    -> [FoundObject]
  {
    let setup = try Setup.load(writeSettings(dataset, keys))
    return try ObjectFinder(setup, above: .margin(above: -0.5))
      .objects(in: picture)
  }

  @Test func `leave out the offset that was learnt, where one was`() throws {
    try withTrainedMiner { miner, dataset in
      for annotated in try Objects(miner.setup, LeftOut()).pictures.prefix(3) {
        let windows = try objects(["offset": 0], dataset, in: annotated.path)
        let found = try objects(["offset": 5], dataset, in: annotated.path)
        #expect(!found.isEmpty && found.map(\.margin) == windows.map(\.margin))
        for (object, window) in zip(found.map(\.box), windows.map(\.box)) {
          #expect(
            object
              == Box(
                x0: window.x0 + 5, y0: window.y0 + 5, x1: window.x1 - 5, y1: window.y1 - 5))
        }
        // A picture that is one whole object has nothing around it to learn.
        let whole = try objects(
          ["image_annotations": NSNull(), "offset": 5], dataset, in: annotated.path)
        #expect(whole == windows)
      }
    }
  }

  @Test func `lie in the picture where windows reach beyond it`() throws {
    try withTrainedMiner { miner, dataset in
      let picture = dataset.carImages.appending("car-0001.jpg")
      let size = try miner.setup.reader.picture(at: picture).size
      let found = try objects(["padding": 24, "offset": 5], dataset, in: picture)
      #expect(!found.isEmpty)
      for box in found.map(\.box) { #expect(box == box.clipped(to: size) && !box.isEmpty) }
    }
  }

  @Test func `keep a pixel however small they are`() {
    let box = Box(x0: 3, y0: 4, x1: 9, y1: 5)
    #expect(box.shrunk(by: 2) == Box(x0: 5, y0: 4, x1: 7, y1: 5))
    #expect(box.shrunk(by: 100) == Box(x0: 5, y0: 4, x1: 7, y1: 5))
  }

  /// A window of 96×32 pixels that shows 5 of them on every side of the object finds objects of 86×22, and half or
  /// twice that.
  @Test func `tell which objects are too small to be found`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 1, scenes: 0, drops: 0)
      func noted(_ width: Int, _ height: Int, offset: Int) throws -> Int {
        let text = """
          <annotation><object><name>car</name><bndbox><xmin>11</xmin><ymin>11</ymin><xmax>\(10 + width)</xmax>\
          <ymax>\(10 + height)</ymax></bndbox></object></annotation>
          """
        try text.write(
          toFile: dataset.carAnnotations.appending("car-0001.xml").string, atomically: true,
          encoding: .utf8)
        let leftOut = LeftOut()
        _ = try Objects(Setup.load(writeSettings(dataset, ["offset": offset])), leftOut)
        return leftOut.count(.smallObjects)
      }
      #expect(try noted(62, 20, offset: 5) == 0 && noted(62, 20, offset: 0) == 1)
      #expect(try noted(40, 20, offset: 5) == 1 && noted(96, 32, offset: 0) == 0)
    }
  }
}
