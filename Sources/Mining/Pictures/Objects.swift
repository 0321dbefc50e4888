internal import Annotations
internal import Detection
internal import Raster
internal import Settings
internal import SystemPackage

/// Annotated objects: what a detector is to find.
struct Objects {
  struct Object {
    let picture: FilePath
    let box: Box
  }

  /// The pictures, in the order of their names, with the boxes in each.
  let pictures: [EvaluationSet.AnnotatedPicture]
  /// In the order of the pictures, and of the boxes in each.
  let all: [Object]
  private let settings: Settings

  /// The objects of `image_dataset`.
  init(_ settings: Settings, _ memory: PictureMemory = PictureMemory()) throws {
    try self.init(
      images: settings.require(\.imageDataset), annotations: settings.imageAnnotations,
      settings: settings, memory)
  }

  /// Lists the pictures of a folder and reads their annotations.
  /// - Parameter annotations: nil: each picture is one object.
  init(
    images: FilePath, annotations: FilePath?, settings: Settings,
    _ memory: PictureMemory = PictureMemory()
  ) throws {
    self.settings = settings
    let paths = try listPictures(in: images, recursive: false)
    let annotations = try Annotations(at: annotations)
    pictures = try concurrentMap(count: paths.count, threads: settings.threads) { index in
      let size = try memory.size(of: paths[index], settings)
      return EvaluationSet.AnnotatedPicture(
        path: paths[index], boxes: try annotations.boxes(in: paths[index], size: size))
    }
    all = pictures.flatMap { picture in
      picture.boxes.map { Object(picture: picture.path, box: $0) }
    }
  }

  /// The objects drawn for training, in the order drawn, with what `random` gives next.
  func drawn(_ random: inout PythonRandom) -> [Object] {
    let count = Int(Double(all.count) * settings.percentGTImages)
    return random.sample(count, of: all.count).map { all[$0] }
  }

  /// The window that shows the object: its box and `offset` pixels around it, resized.
  /// - Parameter picture: the object's, decoded.
  func window(of object: Object, in picture: GrayImage) -> GrayImage {
    let (box, offset) = (object.box, settings.offset)
    let padded = Box(
      x0: box.x0 - offset, y0: box.y0 - offset, x1: box.x1 + offset, y1: box.y1 + offset)
    return Raster.resize(picture, cutTo: padded, to: settings.hog.window)
  }
}
