internal import Annotations
package import Detection
internal import Raster
package import Settings
internal import SystemPackage

/// The content of the pictures that somebody wants to start with.
package struct DataSurvey: Sendable {
  /// How many pictures of the object can be used.
  package let pictures: Int
  /// How many objects there are of each class, the most frequent first; nil is the class of those that have none.
  package let classes: [(name: String?, count: Int)]
  /// The sizes of the pictures without the object.
  package let scenes: [PixelSize]
  /// What could not be used.
  package let leftOut = LeftOut()
  private let annotations: [PictureAnnotation]

  /// Reads `image_dataset`, `image_annotations` and `image_distractions`.
  /// - Throws: if a folder has no picture, may not be read, or there is no annotation at all.
  package init(
    _ objects: ObjectSource, _ negatives: NegativeSource, by reader: PictureReader
  ) throws {
    let folder = try AnnotatedFolder(
      images: objects.images.get(), annotations: objects.annotations, by: reader, leftOut)
    annotations = folder.pictures.map(\.annotation)
    pictures = annotations.count
    classes = ClassCounts(of: annotations).sorted
    let paths = try listPictures(in: negatives.images.get(), leftOut)
    scenes = try concurrentMap(count: paths.count, threads: reader.threads) { [leftOut] index in
      try leftOut.unlessUnusable {
        let bytes = try PictureBytes(
          reading: paths[index], maximumCount: reader.maximumByteCount)
        do {
          return try PictureHeader(of: bytes.bytes).size
        } catch {
          throw PictureRefused(path: paths[index], reason: "\(error)")
        }
      }
    }.compactMap(\.self)
    for (picture, annotation) in zip(folder.pictures, annotations) {
      guard let file = annotation.file else { continue }
      for reason in annotation.leftOut { leftOut.note(.objects, file, "\(file): \(reason)") }
      if annotation.objects.isEmpty, annotation.leftOut.isEmpty {
        leftOut.note(.withoutObjects, picture.path, "\(picture.path)")
      }
    }
  }

  /// The sizes of the objects of one class that count, in the order of the pictures.
  package func objects(ofClass name: String?) -> [PixelSize] {
    annotations.flatMap(\.objects).filter { $0.className == name && !$0.isIgnored }
      .map(\.box.size)
  }

  /// How many pictures show none of that class.
  package func picturesWithout(class name: String?) -> Int {
    annotations.count { annotation in !annotation.objects.contains { $0.className == name } }
  }
}
