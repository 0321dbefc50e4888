internal import Annotations
package import Detection
internal import Raster
package import Settings
internal import SystemPackage

/// The contents of a data set that a person wants to start with.
package struct DataSurvey: Sendable {
  /// The number of usable pictures of the object.
  package let pictures: Int
  /// The number of objects of each class, most frequent first; nil stands for objects without a class.
  package let classes: [(name: String?, count: Int)]
  /// The sizes of the pictures without the object.
  package let scenes: [PixelSize]
  /// What could not be used.
  package let leftOut = LeftOut()
  private let annotations: [PictureAnnotation]

  /// Reads `image_dataset`, `image_annotations` and `image_distractions`.
  /// - Throws: if a folder has no pictures or cannot be read, or if there are no annotations at all.
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
  }

  /// The sizes of the objects of one class that are not ignored, in picture order.
  package func objects(ofClass name: String?) -> [PixelSize] {
    annotations.flatMap(\.objects).filter { $0.className == name && !$0.isIgnored }
      .map(\.box.size)
  }

  /// The number of pictures without an object of that class.
  package func picturesWithout(class name: String?) -> Int {
    annotations.count { annotation in !annotation.objects.contains { $0.className == name } }
  }
}
