internal import Annotations
package import SystemPackage

extension Annotations.Place {
  /// Finds the annotations at this path.
  /// - Parameters:
  ///   - path: the folder of annotations, a COCO file, or nil if each picture is one object.
  ///   - leftOut: collects subfolders that cannot be read, and links to nothing.
  /// - Throws: if `path` is neither a folder nor a COCO file.
  package init(at path: FilePath?, _ leftOut: LeftOut) throws {
    guard let path else {
      self = .wholePictures
      return
    }
    let kind: FileType
    do {
      kind = try path.stat().type
    } catch {
      throw AnnotationError(
        path, "no such folder or file of annotations (\(error)); correct image_annotations",
        code: error)
    }
    if kind == .directory {
      self = .folder(path, files: try TreeListing(of: path, leftOut).files)
    } else if path.extension?.lowercased() == "json" {
      self = .coco(path)
    } else {
      throw AnnotationError(
        path, "annotations must be a folder of .mat, .xml or .txt files, or one COCO .json file")
    }
  }
}
