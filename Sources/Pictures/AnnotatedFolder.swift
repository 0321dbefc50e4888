internal import Annotations
internal import Detection
internal import Settings
internal import SystemPackage

/// The usable pictures of a folder with their annotations, of all classes.
struct AnnotatedFolder {
  struct Picture: Sendable {
    let path: FilePath
    /// As displayed.
    let size: PixelSize
    let annotation: PictureAnnotation
  }

  /// Ordered by name.
  let pictures: [Picture]

  /// Lists the pictures of a folder and reads their annotations.
  /// - Parameters:
  ///   - paths: restricts this to some of its pictures; nil: all.
  ///   - annotations: nil if each picture is one object.
  ///   - leftOut: collects what cannot be used.
  /// - Throws: if there are no pictures or no annotations at all.
  init(
    images: FilePath, only paths: [FilePath]? = nil, annotations: FilePath?,
    by reader: PictureReader,
    _ leftOut: LeftOut, _ memory: PictureMemory = PictureMemory()
  ) throws {
    let paths = try paths ?? listPictures(in: images, leftOut)
    let known = try Annotations(.init(at: annotations, leftOut), of: paths, in: images)
    pictures = try concurrentMap(count: paths.count, threads: reader.threads) { index in
      let path = paths[index]
      return try leftOut.unlessUnusable { try memory.sizes(of: path, by: reader) }.flatMap {
        sizes in
        leftOut.unlessUnknown(path) { () throws(AnnotationError) in
          try known.annotation(of: index, size: sizes.seen, storedSize: sizes.stored)
        }.map { Picture(path: path, size: sizes.seen, annotation: $0) }
      }
    }.compactMap(\.self)
    for picture in pictures { leftOut.note(picture.annotation, of: picture.path) }
  }
}

extension LeftOut {
  /// Records what is unusable in a picture's annotation, or that there is none.
  fileprivate func note(_ annotation: PictureAnnotation, of picture: FilePath) {
    guard let file = annotation.file else {
      if annotation.objects.isEmpty { note(.withoutObjects, picture, "\(picture)") }
      return
    }
    for reason in annotation.leftOut { note(.objects, file, "\(file): \(reason)") }
  }

  /// The result of `body` for a picture; nil if it fails, which is recorded in `leftOut`.
  fileprivate func unlessUnknown(
    _ picture: FilePath, _ body: () throws(AnnotationError) -> PictureAnnotation
  ) -> PictureAnnotation? {
    do throws(AnnotationError) {
      return try body()
    } catch {
      note(.annotations, picture, "\(error)")
      return nil
    }
  }
}
