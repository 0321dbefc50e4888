package import Detection
package import SystemPackage

/// Where the objects are in a folder of pictures.
///
/// Boxes come from a file for each picture: Caltech-101's `annotation_0007.mat` for `image_0007.jpg`, Pascal VOC's `NAME.xml`
/// or YOLO's `NAME.txt`; or from one COCO file for all; or, without any, each picture is one object.
package struct Annotations: Sendable {
  /// Where annotations are.
  package enum Place: Sendable {
    /// Nowhere: each picture is one object.
    case wholePictures
    /// In the files of a folder, one a picture; in it and its subfolders lie `files`.
    case folder(FilePath, files: [FilePath])
    /// In one file for all pictures.
    case coco(FilePath)
  }

  private enum Source: Sendable {
    case wholePictures
    case files(LabelFiles)
    case coco(COCOFile)
  }

  private let source: Source
  private let pictures: [FilePath]

  /// Finds out which annotation belongs to which picture.
  /// - Parameters:
  ///   - pictures: all of them, somewhere below `folder`.
  ///   - folder: the folder of the pictures.
  /// - Throws: if a COCO file is none.
  package init(_ place: Place, of pictures: [FilePath], in folder: FilePath) throws(AnnotationError)
  {
    self.pictures = pictures
    switch place {
    case .wholePictures: source = .wholePictures
    case .folder(let labels, let files):
      source = .files(LabelFiles(files, in: labels, of: pictures, in: folder))
    case .coco(let path): source = .coco(try COCOFile(path, of: pictures, in: folder))
    }
  }

  /// The annotation of one picture.
  ///
  /// Boxes are cut off with the picture; objects without a box, or with one that is empty or outside, are left out and told.
  /// - Parameters:
  ///   - index: the picture's among those given before.
  ///   - size: the picture's, in pixels, turned as it is seen.
  ///   - storedSize: the same before its EXIF orientation turned it.
  /// - Throws: if nothing can be known of the picture: it has no annotation, or one that is broken, is of another size or
  ///   may as well be another picture's.
  package func annotation(
    of index: Int, size: PixelSize, storedSize: PixelSize
  ) throws(AnnotationError) -> PictureAnnotation {
    switch source {
    case .wholePictures:
      let box = Box(x0: 0, y0: 0, x1: size.width, y1: size.height)
      return PictureAnnotation(
        file: nil, objects: [.init(box: box, className: nil, isIgnored: false)], leftOut: [])
    case .coco(let file):
      return try checked(
        file.annotation(of: index), in: file.path, index, size: size, storedSize: storedSize)
    case .files(let files):
      guard let file = try files.file(of: index) else {
        return PictureAnnotation(file: nil, objects: [], leftOut: [])
      }
      return try checked(
        file.read(size), in: file.path, index, size: size, storedSize: storedSize)
    }
  }

  private func checked(
    _ stated: StatedAnnotation, in file: FilePath, _ index: Int, size: PixelSize,
    storedSize: PixelSize
  ) throws(AnnotationError) -> PictureAnnotation {
    let name = pictures[index].lastComponent?.string ?? ""
    if let statedSize = stated.size, statedSize != size {
      let turned =
        statedSize == storedSize
        ? " as displayed; its EXIF orientation rotates it, and its boxes are not rotated with it"
        : ", so its boxes belong to another picture or another size of it"
      throw AnnotationError(
        file,
        """
        it says that \(name) has \(statedSize.inWords) pixels, but it has \(size.inWords)\(turned); annotate the picture \
        as it is, or remove the size
        """)
    }
    var objects: [PictureAnnotation.Object] = []
    var leftOut: [String] = []
    for object in stated.objects {
      guard let box = object.box else {
        leftOut.append("an object of \(name) has no box")
        continue
      }
      guard !box.isEmpty else {
        leftOut.append("the box \(box.corners) of \(name) is empty")
        continue
      }
      let inside = box.clipped(to: size)
      guard !inside.isEmpty else {
        leftOut.append(
          "the box \(box.corners) is outside \(name), which has \(size.inWords) pixels")
        continue
      }
      objects.append(
        .init(box: inside, className: object.className, isIgnored: object.isIgnored))
    }
    return PictureAnnotation(file: file, objects: objects, leftOut: leftOut)
  }
}

extension Box {
  /// The box with `pixels` more on every side: the lesson's `offset`. It may reach beyond the picture.
  package func grown(by pixels: Int) -> Box {
    Box(x0: x0 - pixels, y0: y0 - pixels, x1: x1 + pixels, y1: y1 + pixels)
  }

  package var corners: String { "[\(x0), \(y0), \(x1), \(y1)]" }
}

extension PixelSize {
  fileprivate var inWords: String { "\(width)×\(height)" }
}
