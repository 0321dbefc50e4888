public import Detection
internal import FoundationEssentials
public import SystemPackage

/// Where the objects are in a folder of pictures.
///
/// Boxes come from a file beside each picture, or in a folder of their own: Caltech-101's `annotation_0007.mat` for
/// `image_0007.jpg`, Pascal VOC's `NAME.xml` or YOLO's `NAME.txt`; or from one COCO file for all; or, without any, each
/// picture is one object.
public struct Annotations: Sendable {
  private enum Source: Sendable {
    case wholePictures
    case folder(FilePath)
    case coco(COCOFile)
  }

  private let source: Source

  /// - Parameter path: the folder of annotations, a COCO file, or nil where each picture is one object.
  /// - Throws: where there is neither a folder nor a COCO file at `path`.
  public init(at path: FilePath?) throws(AnnotationError) {
    guard let path else {
      source = .wholePictures
      return
    }
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) else {
      throw AnnotationError(
        path, "there is no such folder or file of annotations; correct image_annotations")
    }
    if isFolder {
      source = .folder(path)
    } else if path.extension?.lowercased() == "json" {
      source = .coco(try COCOFile(path))
    } else {
      throw AnnotationError(
        path, "annotations are a folder of .mat, .xml or .txt files, or one COCO .json file")
    }
  }

  /// The boxes of the objects in `picture`, in the order of the file.
  ///
  /// A box may reach beyond the picture's edges, where it is cut off with the picture.
  /// - Parameter size: the picture's, in pixels.
  /// - Throws: where the picture has no annotation, or has a box that is empty or outside the picture.
  public func boxes(in picture: FilePath, size: PixelSize) throws(AnnotationError) -> [Box] {
    let (file, boxes) = try annotation(of: picture, size: size)
    for box in boxes {
      guard box.x0 < box.x1 && box.y0 < box.y1 else {
        throw AnnotationError(
          file, "the box \(box.corners) of \(name(of: picture)) is empty; correct it")
      }
      let inside = box.clipped(to: size)
      guard inside.size.width > 0 && inside.size.height > 0 else {
        throw AnnotationError(
          file,
          "the box \(box.corners) is outside \(name(of: picture)), which has"
            + " \(size.width)×\(size.height) pixels; correct it")
      }
    }
    return boxes
  }

  private func annotation(
    of picture: FilePath, size: PixelSize
  ) throws(AnnotationError) -> (file: FilePath, boxes: [Box]) {
    switch source {
    case .wholePictures:
      return (picture, [Box(x0: 0, y0: 0, x1: size.width, y1: size.height)])
    case .coco(let file):
      return (file.path, try file.boxes(in: name(of: picture)))
    case .folder(let folder):
      let stem = picture.stem ?? ""
      let number = stem.split(separator: "_").last.map(String.init) ?? stem
      let candidates: [(name: String, read: (FilePath) throws(AnnotationError) -> [Box])] = [
        ("annotation_\(number).mat", CaltechFile.boxes),
        ("\(stem).xml", VOCFile.boxes),
        ("\(stem).txt", { path throws(AnnotationError) in try YOLOFile.boxes(path, size: size) }),
      ]
      for (name, read) in candidates {
        let file = folder.appending(name)
        if FileManager.default.fileExists(atPath: file.string) { return (file, try read(file)) }
      }
      throw AnnotationError(
        folder,
        "there is no annotation of \(name(of: picture)): none of "
          + candidates.map(\.name).joined(separator: ", ") + "; add one, or take the picture away")
    }
  }

  private func name(of picture: FilePath) -> String { picture.lastComponent?.string ?? "" }
}

extension Box {
  /// The box with `pixels` more on every side: the lesson's `offset`. It may reach beyond the picture.
  public func grown(by pixels: Int) -> Box {
    Box(x0: x0 - pixels, y0: y0 - pixels, x1: x1 + pixels, y1: y1 + pixels)
  }

  fileprivate var corners: String { "[\(x0), \(y0), \(x1), \(y1)]" }
}
