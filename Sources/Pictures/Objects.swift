internal import Annotations
package import Detection
package import Settings
package import SystemPackage

/// Annotated objects: what a detector should find.
package struct Objects {
  /// The usable pictures with their objects, ordered by name.
  package let pictures: [AnnotatedPicture]
  private let source: ObjectSource

  /// The objects of `image_dataset`.
  /// - Parameter paths: restricts this to some of its pictures; nil: all.
  package init(
    _ source: ObjectSource, by reader: PictureReader, _ leftOut: LeftOut,
    _ memory: PictureMemory = PictureMemory(), only paths: [FilePath]? = nil
  ) throws {
    try self.init(
      source, images: source.images.get(), only: paths, annotations: source.annotations, by: reader,
      leftOut, memory)
  }

  /// Lists the pictures of a folder and reads their annotations.
  /// - Parameters:
  ///   - source: determines how windows are cut out; its own pictures are not used.
  ///   - paths: restricts this to some of the folder's pictures; nil: all.
  ///   - annotations: nil if each picture is one object.
  ///   - leftOut: collects what cannot be used.
  /// - Throws: `ClassNotChosen`, or an error if there are no pictures or no annotations at all.
  package init(
    _ source: ObjectSource, images: FilePath, only paths: [FilePath]? = nil,
    annotations: FilePath?, by reader: PictureReader, _ leftOut: LeftOut,
    _ memory: PictureMemory = PictureMemory()
  ) throws {
    self.source = source
    let annotated = try AnnotatedFolder(
      images: images, only: paths, annotations: annotations, by: reader, leftOut, memory
    ).pictures
    let className = try ClassChoice(
      of: annotated.map(\.annotation), at: annotations, chosen: source.className
    ).name
    pictures = annotated.map { picture in
      AnnotatedPicture(
        path: picture.path, isWhole: annotations == nil,
        isComplete: picture.annotation.leftOut.isEmpty,
        objects: picture.annotation.objects.filter { $0.className == className })
    }
    for picture in pictures {
      for box in picture.ignored {
        leftOut.note(.ignoredObjects, picture.path, "\(picture.path): \(box.corners)")
      }
    }
    if annotations != nil { noteSmallObjects(leftOut) }
  }

  /// Records objects that cannot be found because they are smaller than the smallest detection and overlap it by less
  /// than half.
  private func noteSmallObjects(_ leftOut: LeftOut) {
    let fit = WindowFit(
      window: source.hog.window, upsample: source.upsample,
      learntOffset: source.learntOffset)
    for picture in pictures {
      for box in picture.boxes where fit.isTooSmall(box.size) {
        leftOut.note(.smallObjects, picture.path, "\(picture.path): \(box.corners)")
      }
    }
  }

  /// The number of objects.
  package var count: Int { pictures.map(\.boxes.count).reduce(0, +) }

  /// The pictures chosen for training, in the order drawn by the next numbers of `random`.
  ///
  /// A picture is trained on or held out as a whole, with all its objects: `percent_gt_images` of the pictures that
  /// show an object are drawn.
  package func drawn(_ random: inout PythonRandom) -> [AnnotatedPicture] {
    let showing = pictures.filter { !$0.boxes.isEmpty }
    let count = Int(Double(showing.count) * source.drawnShare)
    return random.sample(count, of: showing.count).map { showing[$0] }
  }

  /// The window that shows an object: its box and `offset` pixels around it, resized.
  /// - Parameter picture: the picture of the object, decoded.
  package func window(of box: Box, in picture: GrayImage) -> CutWindow {
    CutWindow(of: box.grown(by: source.offset), in: picture, for: source.hog)
  }
}

/// A picture and the objects that it shows.
package struct AnnotatedPicture: Sendable {
  package let path: FilePath
  /// The objects to find.
  package let boxes: [Box]
  /// Objects that need not be found but can be.
  package let ignored: [Box]
  /// Whether the whole picture is one object that was cut out.
  package let isWhole: Bool
  /// Whether every annotated object has a usable box.
  package let isComplete: Bool
}

extension AnnotatedPicture {
  /// A picture without objects.
  package init(withoutObject path: FilePath) {
    self.init(path: path, boxes: [], ignored: [], isWhole: false, isComplete: true)
  }

  fileprivate init(
    path: FilePath, isWhole: Bool, isComplete: Bool, objects: [PictureAnnotation.Object]
  ) {
    self.init(
      path: path, boxes: objects.filter { !$0.isIgnored }.map(\.box),
      ignored: objects.filter(\.isIgnored).map(\.box), isWhole: isWhole, isComplete: isComplete)
  }
}
