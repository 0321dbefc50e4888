internal import FoundationEssentials
internal import SystemPackage

/// The bytes of an annotation file.
func bytes(of path: FilePath) throws(AnnotationError) -> Data {
  do {
    return try Data(contentsOf: URL(filePath: path.string))
  } catch {
    throw AnnotationError(path, "the annotation cannot be read: \(error)")
  }
}
