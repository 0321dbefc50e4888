internal import Files
internal import Raster
package import SystemPackage

/// A folder named in the settings contains no pictures.
package struct NoPictures: Error, CustomStringConvertible {
  package let folder: FilePath
  package let leftOut: LeftOut

  package var description: String {
    (["no pictures in \(folder): put pictures there, or name another folder"] + leftOut.sentences)
      .joined(separator: "\n")
  }
}

/// The extensions, in any case, that make a file count as a picture before it is read.
private let pictureEndings: Set<String> = ["jpg", "jpeg", "png", "bmp", "webp", "pgm", "ppm"]

/// The extensions of annotations, which are often kept beside the pictures.
private let annotationEndings: Set<String> = ["mat", "xml", "txt", "json"]

/// The pictures of a folder, usually with its subfolders, ordered by the bytes of their paths.
///
/// A picture is recognised by its content, as in the inbox. A file with a usual extension counts as one until it is
/// read.
/// - Parameters:
///   - leftOut: collects files that are not pictures.
///   - isRecursive: whether to enter subfolders.
/// - Throws: `NoPictures` if there are none.
package func listPictures(in folder: FilePath, _ leftOut: LeftOut, isRecursive: Bool = true) throws
  -> [FilePath]
{
  let pictures = try TreeListing(of: folder, leftOut, isRecursive: isRecursive).pictures()
  guard !pictures.isEmpty else { throw NoPictures(folder: folder, leftOut: leftOut) }
  return pictures
}

extension TreeListing {
  /// Those of the files that are pictures; the others are left out.
  func pictures() throws -> [FilePath] {
    try files.filter { path in
      let ending = path.extension?.lowercased() ?? ""
      if pictureEndings.contains(ending) { return true }
      if annotationEndings.contains(ending) { return false }
      guard let start = try leftOut.unlessUnusable({ try fileStart(path) }) else { return false }
      if PictureHeader.isPicture(beginning: start) { return true }
      leftOut.note(.otherFiles, path, "\(path): not a picture format that Misfire reads")
      return false
    }
  }
}

/// The first bytes of a file, enough to determine its type.
private func fileStart(_ path: FilePath) throws(PictureUnreadable) -> [UInt8] {
  do {
    return try path.firstBytes(64)
  } catch {
    throw PictureUnreadable(path: path, reason: error as? Errno ?? .ioError)
  }
}
