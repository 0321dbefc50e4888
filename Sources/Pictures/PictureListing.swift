internal import Files
internal import Raster
package import SystemPackage

/// A folder of the settings without a picture in it.
package struct NoPictures: Error, CustomStringConvertible {
  package let folder: FilePath
  package let leftOut: LeftOut

  package var description: String {
    (["no pictures in \(folder): put pictures there, or name another folder"] + leftOut.sentences)
      .joined(separator: "\n")
  }
}

/// The extensions, in any case, by which a file counts as a picture before it is read.
private let pictureEndings: Set<String> = ["jpg", "jpeg", "png", "bmp", "webp", "pgm", "ppm"]

/// The extensions of annotations, which are often beside the pictures.
private let annotationEndings: Set<String> = ["mat", "xml", "txt", "json"]

/// The pictures of a folder, usually with its subfolders, in the order of their paths' bytes.
///
/// A picture is recognised by its content, as in the inbox; a file with the usual extension counts as one until it is read.
/// - Parameters:
///   - leftOut: collects files that are not pictures.
///   - isRecursive: whether subfolders are entered.
/// - Throws: `NoPictures` if there is none.
package func listPictures(in folder: FilePath, _ leftOut: LeftOut, isRecursive: Bool = true) throws
  -> [FilePath]
{
  let files = try TreeListing(of: folder, leftOut, isRecursive: isRecursive).files
  let pictures = try files.filter { path in
    let ending = path.extension?.lowercased() ?? ""
    if pictureEndings.contains(ending) { return true }
    if annotationEndings.contains(ending) { return false }
    guard let start = try leftOut.unlessUnusable({ try fileStart(path) }) else { return false }
    if PictureHeader.isPicture(beginning: start) { return true }
    leftOut.note(.otherFiles, path, "\(path): not a picture format that Misfire reads")
    return false
  }
  guard !pictures.isEmpty else { throw NoPictures(folder: folder, leftOut: leftOut) }
  return pictures
}

/// The first bytes of a file, enough to tell what it is.
private func fileStart(_ path: FilePath) throws(PictureUnreadable) -> [UInt8] {
  do {
    return try path.firstBytes(64)
  } catch {
    throw PictureUnreadable(path: path, reason: error as? Errno ?? .ioError)
  }
}
