import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Evaluation
@testable import Pictures

@Suite struct `Pictures that measure` {
  /// `misfire check` once said that enough of them were held out, and the training that there were not.
  @Test func `count as ones without the object only where misfires are counted`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 3, scenes: 1, drops: 0)
      let bare = dataset.carAnnotations.appending("car-0001.xml")
      try Data("<annotation/>".utf8).write(to: URL(filePath: bare.string))
      let setup = try Setup.load(writeSettings(dataset))
      let set = try EvaluationSet(
        setup.objects, images: dataset.carImages, annotations: dataset.carAnnotations,
        negatives: dataset.scenes, by: setup.reader)
      #expect(set.annotated.count == 3)
      #expect(set.counts == (objects: 2, negatives: 1))
    }
  }
}
