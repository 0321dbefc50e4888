internal import Annotations
internal import Detection
internal import Raster
internal import Settings
internal import SystemPackage

/// The annotated objects of the settings' pictures: what a detector is to find.
struct Objects {
  struct Object {
    let picture: FilePath
    let box: Box
  }

  /// In the order of the pictures, and of the boxes in each.
  let all: [Object]
  private let settings: Settings

  /// Lists the pictures of `image_dataset` and reads their annotations.
  init(_ settings: Settings) throws {
    self.settings = settings
    let pictures = try listPictures(in: settings.require(\.imageDataset), recursive: false)
    let annotations = try Annotations(at: settings.imageAnnotations)
    all = try concurrentMap(count: pictures.count, threads: settings.threads) { index in
      let size = try settings.readPicture(pictures[index]).size
      return try annotations.boxes(in: pictures[index], size: size).map {
        Object(picture: pictures[index], box: $0)
      }
    }.flatMap(\.self)
  }

  /// The objects drawn for training, in the order drawn, with what `random` gives next.
  func drawn(_ random: inout PythonRandom) -> [Object] {
    let count = Int(Double(all.count) * settings.percentGTImages)
    return random.sample(count, of: all.count).map { all[$0] }
  }

  /// The window that shows the object: its box and `offset` pixels around it, resized.
  func window(of object: Object) throws -> GrayImage {
    let (box, offset) = (object.box, settings.offset)
    let padded = Box(
      x0: box.x0 - offset, y0: box.y0 - offset, x1: box.x1 + offset, y1: box.y1 + offset)
    return Raster.resize(
      try settings.readPicture(object.picture), cutTo: padded, to: settings.hog.window)
  }
}
