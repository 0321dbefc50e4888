import Detection
import Foundation
import Raster
import Settings
import TestSupport
import Testing
import World

@Suite struct `The drawn world` {
  @Test(arguments: [0, 1, 77] as [UInt64])
  func `is the same for the same seed, and only for it`(seed: UInt64) {
    let car = World.car(seed: seed)
    let again = World.car(seed: seed)
    #expect(car.image == again.image && car.box == again.box)
    #expect(World.scene(seed: seed) == World.scene(seed: seed))
    #expect(World.scene(seed: seed) != World.scene(seed: seed + 1))
    #expect(World.car(seed: seed).image != World.car(seed: seed + 1).image)
    #expect(World.car(seed: seed).image != World.scene(seed: seed))
  }

  @Test func `puts each car into its box, whole and of a car's shape`() {
    for seed in 0..<40 as Range<UInt64> {
      let (image, box) = World.car(seed: seed)
      #expect(image.size == World.pictureSize)
      #expect(box.clipped(to: image.size) == box, "seed \(seed)")
      let shape = Double(box.size.width) / Double(box.size.height)
      #expect((2.6...3.6).contains(shape), "seed \(seed): \(shape)")
      #expect(box.size.width >= 96, "a window fits")
    }
  }

  @Test func `comes with settings that lead to all its parts`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder.appending("new"), cars: 2, scenes: 3, drops: 1)
      let setup = try Setup.load(dataset.settings)
      #expect(try setup.objects.images.get() == dataset.carImages)
      #expect(try setup.negatives.images.get() == dataset.scenes)
      #expect(setup.objects.annotations == dataset.carAnnotations)
      let counts = try [dataset.carImages, dataset.carAnnotations, dataset.scenes, dataset.drops]
        .map { try FileManager.default.contentsOfDirectory(atPath: $0.string).count }
      #expect(counts == [2, 2, 3, 1])
      let scene = dataset.drops.appending("scene-0001.jpg").string
      let image = try Raster.decodeGray(Array(Data(contentsOf: URL(filePath: scene))))
      #expect(image.size == World.pictureSize)
    }
  }
}
