internal import Detection
internal import Foundation
internal import Raster
package import SystemPackage

/// A folder of drawn pictures with everything needed to train a detector, including settings:
///
///     cars/images/car-0001.jpg …       cars/annotations/car-0001.xml … (Pascal VOC)
///     scenes/scene-0001.jpg …          drops/scene-0001.jpg … (others, to drop into the inbox)
///     world.json
package struct DrawnDataset: Sendable {
  package let folder: FilePath

  package var carImages: FilePath { folder.appending(["cars", "images"]) }
  package var carAnnotations: FilePath { folder.appending(["cars", "annotations"]) }
  package var scenes: FilePath { folder.appending("scenes") }
  /// Scenes that no training has seen.
  package var drops: FilePath { folder.appending("drops") }
  package var settings: FilePath { folder.appending("world.json") }

  /// Draws into `folder`, which is created if it does not exist.
  /// - Parameters:
  ///   - object: what the pictures in `cars` show.
  ///   - cars, scenes, drops: the number of pictures of each kind.
  ///   - seed: the same seed draws the same pictures.
  /// - Throws: the system's error if a file cannot be written.
  package init(
    in folder: FilePath, of object: World.Object = .car, cars: Int = 60, scenes: Int = 60,
    drops: Int = 40, seed: UInt64 = 1
  ) throws {
    self.folder = folder
    for path in [carImages, carAnnotations, self.scenes, self.drops] {
      try FileManager.default.createDirectory(
        atPath: path.string, withIntermediateDirectories: true)
    }
    let first = seed &* 1_000_000
    for index in 0..<UInt64(cars) {
      let name = Self.name("car", index)
      let (image, box) = World.picture(of: object, seed: first &+ index)
      try Self.write(image, to: carImages.appending(name + ".jpg"))
      try Self.write(
        Self.annotation(of: object, in: name + ".jpg", box: box),
        to: carAnnotations.appending(name + ".xml"))
    }
    for (path, count, offset) in [(self.scenes, scenes, 0), (self.drops, drops, scenes)] {
      for index in 0..<UInt64(count) {
        try Self.write(
          World.scene(seed: first &+ index &+ UInt64(offset)),
          to: path.appending(Self.name("scene", index) + ".jpg"))
      }
    }
    try Self.write(Self.settingsText, to: settings)
  }

  private static func name(_ kind: String, _ index: UInt64) -> String {
    let digits = String(index + 1)
    return "\(kind)-" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits
  }

  private static func write(_ image: GrayImage, to path: FilePath) throws {
    try Data(Raster.encode(image, as: .jpeg(quality: 90))).write(to: URL(filePath: path.string))
  }

  private static func write(_ text: String, to path: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: path.string))
  }

  private static func annotation(of object: World.Object, in name: String, box: Box) -> String {
    // Pascal VOC counts pixels from 1 and includes the last.
    """
    <annotation>
      <filename>\(name)</filename>
      <size>
        <width>\(World.pictureSize.width)</width>
        <height>\(World.pictureSize.height)</height>
        <depth>1</depth>
      </size>
      <object>
        <name>\(object.rawValue)</name>
        <bndbox>
          <xmin>\(box.x0 + 1)</xmin>
          <ymin>\(box.y0 + 1)</ymin>
          <xmax>\(box.x1)</xmax>
          <ymax>\(box.y1)</ymax>
        </bndbox>
      </object>
    </annotation>

    """
  }

  /// It has few random negatives, so that the first detector misfires often.
  private static let settingsText = """
    {
      // A small drawn world: scenes with cars and scenes without. All other settings have their defaults.
      "image_dataset": "cars/images",
      "image_annotations": "cars/annotations",
      "image_distractions": "scenes",
      "features_path": "output/features.hdf5",
      "classifier_path": "output/model.hdf5",
      "window_dim": [96, 32],
      "percent_gt_images": 0.7,
      "num_distraction_images": 20,
      "num_distractions_per_image": 5,
      // Detection uses the same steps as mining: fast, and fine enough for cars of nearly one size.
      "window_step": 4,
      "pyramid_scale": 1.5,
      "target_fppi": 0.1,
      "hn_num_distraction_images": 30,
      "hn_min_probability": 0.51,
      "hn_retrain_threshold": 200
    }

    """
}
