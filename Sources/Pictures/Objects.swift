internal import Annotations
package import Detection
package import Settings
package import SystemPackage

/// Annotated objects: what a detector should find.
package struct Objects {
  /// The usable pictures, in the order of their names, with the objects in each.
  package let pictures: [AnnotatedPicture]
  private let source: ObjectSource

  /// The objects of `image_dataset`.
  /// - Parameter paths: in these of its pictures; nil: in all.
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
  ///   - source: how windows are cut out of them; its own pictures are not used.
  ///   - paths: of these of its pictures; nil: of all.
  ///   - annotations: nil: each picture is one object.
  ///   - leftOut: collects what cannot be used.
  /// - Throws: `ClassNotChosen`, or where there is no picture or no annotation at all.
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
    for picture in annotated { leftOut.note(picture.annotation, of: picture.path, className) }
    if annotations != nil { noteSmallObjects(leftOut) }
  }

  /// Notes objects that are smaller than the smallest detection and share less than half with it, so that it cannot find
  /// them.
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

  /// How many objects there are.
  package var count: Int { pictures.map(\.boxes.count).reduce(0, +) }

  /// The pictures chosen for training, in the order chosen, with the next numbers of `random`.
  ///
  /// A picture with all of its objects is trained on or held out as a whole: `percent_gt_images` of those that show an
  /// object.
  package func drawn(_ random: inout PythonRandom) -> [AnnotatedPicture] {
    let showing = pictures.filter { !$0.boxes.isEmpty }
    let count = Int(Double(showing.count) * source.drawnShare)
    return random.sample(count, of: showing.count).map { showing[$0] }
  }

  /// The window that shows an object: its box and `offset` pixels around it, resized.
  /// - Parameter picture: the object's, decoded.
  package func window(of box: Box, in picture: GrayImage) -> CutWindow {
    CutWindow(of: box.grown(by: source.offset), in: picture, for: source.hog)
  }
}

/// A picture that shows objects, and where.
package struct AnnotatedPicture: Sendable {
  package let path: FilePath
  /// The objects to find.
  package let boxes: [Box]
  /// What need not be found, and may be.
  package let ignored: [Box]
  /// Whether the picture is one whole object, cut out.
  package let isWhole: Bool
  /// Whether every annotated object has a usable box.
  package let isComplete: Bool
}

extension AnnotatedPicture {
  /// A picture that shows none.
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

extension LeftOut {
  /// Notes unused parts of a picture's annotation.
  fileprivate func note(_ annotation: PictureAnnotation, of picture: FilePath, _ className: String?)
  {
    guard let file = annotation.file else {
      if annotation.objects.isEmpty { note(.withoutObjects, picture, "\(picture)") }
      return
    }
    for reason in annotation.leftOut { note(.objects, file, "\(file): \(reason)") }
    for object in annotation.objects where object.isIgnored && object.className == className {
      note(.ignoredObjects, picture, "\(picture): \(object.box.corners)")
    }
  }
}
