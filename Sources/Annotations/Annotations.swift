package import Detection
package import SystemPackage

/// Where the objects are in a folder of pictures.
///
/// Boxes come from one file per picture (Caltech-101's `annotation_0007.mat` for `image_0007.jpg`, Pascal VOC's
/// `NAME.xml` or YOLO's `NAME.txt`) or from one COCO file for all pictures. Without annotations, each whole picture
/// is one object.
package struct Annotations: Sendable {
  /// Where the annotations are.
  package enum Place: Sendable {
    /// Nowhere: each picture is one object.
    case wholePictures
    /// In a folder, one file per picture; `files` are all files in it and its subfolders.
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

  /// Matches annotations to pictures.
  /// - Parameters:
  ///   - pictures: all pictures, anywhere below `folder`.
  ///   - folder: the folder of the pictures.
  /// - Throws: if the file at a `.coco` place cannot be read as COCO.
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

  /// In a folder, a file that belongs to a picture and that `DrawnBoxes` does not write; nil if there is none.
  package var firstNotDrawn: FilePath? {
    switch source {
    case .wholePictures, .coco: nil
    case .files(let files): files.firstOfOtherKind
    }
  }

  /// The annotation of one picture.
  ///
  /// Boxes are clipped to the picture. An object whose box is missing, empty or outside the picture is left out and
  /// reported in `leftOut`.
  /// - Parameters:
  ///   - index: the picture's index in the array given to `init`.
  ///   - size: the picture's size in pixels as displayed, after EXIF orientation.
  ///   - storedSize: its size in pixels as stored, before EXIF orientation.
  /// - Throws: if the picture has no annotation, or one that is broken, states another size or could belong to
  ///   another picture.
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
  /// The box grown by `pixels` on every side: the lesson's `offset`. It can extend beyond the picture.
  package func grown(by pixels: Int) -> Box {
    Box(x0: x0 - pixels, y0: y0 - pixels, x1: x1 + pixels, y1: y1 + pixels)
  }

  package var corners: String { "[\(x0), \(y0), \(x1), \(y1)]" }
}

extension PixelSize {
  fileprivate var inWords: String { "\(width)×\(height)" }
}
