internal import SystemPackage

/// A folder of the settings without a picture in it.
public struct NoPictures: Error, CustomStringConvertible {
  let folder: FilePath

  public var description: String {
    "no pictures in \(folder): put pictures there whose names end in "
      + "\(pictureEndings.sorted().joined(separator: ", ")), or name another folder"
  }
}

/// The endings, in any case, by which a file of a data set is taken for a picture.
private let pictureEndings: Set<String> = ["jpg", "jpeg", "png", "bmp", "webp", "pgm", "ppm"]

/// The pictures of a data set, in the order of their paths' bytes; links to files count as files.
/// - Parameter recursive: whether folders in the folder are searched as well.
func listPictures(in folder: FilePath, recursive: Bool) throws -> [FilePath] {
  var pictures: [FilePath] = []
  var folders = [folder]
  while let next = folders.popLast() {
    for entry in try listFolder(next) {
      if entry.kind == .folder {
        if recursive { folders.append(entry.path) }
      } else if pictureEndings.contains(entry.path.extension?.lowercased() ?? "") {
        pictures.append(entry.path)
      }
    }
  }
  guard !pictures.isEmpty else { throw NoPictures(folder: folder) }
  return pictures.sorted { $0.precedes($1) }
}
