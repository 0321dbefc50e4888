internal import Detecting
import Detection
import Foundation
import Mining
import Raster
import Settings
import SystemPackage
internal import Training
import World

/// What is measured: fifty scenes, and the first detector trained with the lesson's settings, which misfires a lot.
struct Subject {
  let model: LinearSVM
  /// Windows above this margin are hard negatives.
  let minimumMargin: Double
  let scanner: PictureScanner
  /// A scanner that never finds anything.
  let quietScanner: PictureScanner
  let setup: Setup
  let settingsFile: SettingsFile
  let paths: [String]
  /// The contents of the scenes' files; `scenes` are the decoded pictures.
  let files: [[UInt8]]
  let scenes: [GrayImage]
  let description: String

  /// - Parameters:
  ///   - data: a folder with real pictures; if it does not exist, drawn ones are written to `folder`.
  ///   - features: the settings for features, apart from the window, as in a settings file.
  init(data: String, folder: FilePath, features: String = lessonFeatures) throws {
    let isReal = FileManager.default.fileExists(atPath: data + "/scenes")
    let world = folder.appending("world")
    if !isReal { _ = try DrawnDataset(in: world) }
    let cars = isReal ? URL(filePath: data + "/car_side").path : world.appending("cars").string
    let sceneFolder = URL(filePath: isReal ? data + "/scenes" : world.appending("scenes").string)
      .path
    settingsFile = SettingsFile(cars: cars, scenes: sceneFolder, features: features, folder: folder)
    setup = try settingsFile.load()
    _ = try Extraction(setup).run()
    let miner = try Miner(setup: setup)
    _ = try miner.train(isForced: true)
    guard let detector = miner.detector else { fatalError("the training published nothing") }
    model = detector.model
    minimumMargin = setup.mining.hardness.minimumMargin(calibratedBy: model.sigmoid)
    scanner = Self.scanner(model, setup, minimumMargin: minimumMargin)
    quietScanner = Self.scanner(model, setup, minimumMargin: .greatestFiniteMagnitude)
    guard let folder = setup.negatives.images.value else { fatalError("no scenes in the settings") }
    paths = try FileManager.default.contentsOfDirectory(atPath: folder.string)
      .sorted().prefix(50).map { folder.appending($0).string }
    files = try paths.map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
    scenes = try files.map { try Raster.decodeGray($0) }
    let scans = scenes.map { [scanner] in scanner.scan($0) }
    description =
      "\(paths.count) \(isReal ? "real" : "drawn") scenes, "
      + "\(scans.reduce(0) { $0 + $1.windows }) windows, "
      + "\(scans.reduce(0) { $0 + $1.hits.count }) hard negatives"
  }

  private static func scanner(
    _ model: LinearSVM, _ setup: Setup, minimumMargin: Double
  ) -> PictureScanner {
    PictureScanner(
      model: model, step: setup.mining.windowStep, pyramidScale: setup.mining.pyramidScale,
      minimumMargin: minimumMargin)
  }

  /// The settings of the lesson's features, and of OpenCV's.
  static let lessonFeatures = """
    "orientations": 9, "pixels_per_cell": [4, 4], "cells_per_block": [2, 2], "normalize": true
    """
  static let openCVFeatures = #""descriptor": "opencv""#

  /// A picture of any size, tiled with the scenes.
  func mosaic(width: Int, height: Int) -> GrayImage {
    var pixels = [UInt8](repeating: 0, count: width * height)
    var (x, y, rowHeight, next) = (0, 0, 0, 0)
    while y < height {
      let scene = scenes[next % scenes.count]
      for row in 0..<min(scene.height, height - y) {
        let count = min(scene.width, width - x)
        pixels.replaceSubrange(
          ((y + row) * width + x)..<((y + row) * width + x + count),
          with: scene.pixels[(row * scene.width)..<(row * scene.width + count)])
      }
      rowHeight = rowHeight == 0 ? scene.height : min(rowHeight, scene.height)
      x += scene.width
      if x >= width { (x, y, rowHeight) = (0, y + rowHeight, 0) }
      next += 1
    }
    return GrayImage(width: width, height: height, pixels: pixels)
  }
}

/// The lesson's settings for some pictures, with all output in one folder.
struct SettingsFile {
  let cars, scenes, features: String
  let folder: FilePath
  var window = PixelSize(width: 96, height: 32)
  /// The SVM's C.
  var penalty = 0.01
  /// The setting that decides which windows are hard negatives, as in a settings file.
  var hardness = #""hn_min_probability": 0.51"#

  /// Writes the settings file and loads it.
  /// - Parameter detecting: the settings for layers, steps and overlaps, as in a settings file.
  func load(
    detecting: String = #""window_step": 4, "overlap_thresh": 0.3, "pyramid_scale": 1.5"#
  ) throws -> Setup {
    let output = folder.string
    let text = """
      {
        "image_dataset": "\(cars)/images",
        "image_annotations": "\(cars)/annotations",
        "image_distractions": "\(scenes)",
        "features_path": "\(output)/features.hdf5", "classifier_path": "\(output)/model.hdf5",
        "state_path": "\(output)/state.sqlite", "models_path": "\(output)/models",
        "hn_inbox": "\(output)/inbox", "hn_mined": "\(output)/mined",
        "hn_quarantine": "\(output)/quarantine", "report_path": "\(output)/report.html",
        "percent_gt_images": 0.5, "offset": 5, "use_flip": true,
        "num_distraction_images": 30, "num_distractions_per_image": 5,
        \(features),\(detecting.isEmpty ? "" : " \(detecting),")
        "window_dim": [\(window.width), \(window.height)], "min_probability": 0.7, "C": \(penalty),
        "hn_num_distraction_images": 50, "hn_window_step": 4, "hn_pyramid_scale": 1.5,
        \(hardness)
      }
      """
    let path = folder.appending("cars.json")
    try Data(text.utf8).write(to: URL(filePath: path.string))
    return try Setup.load(path)
  }
}
