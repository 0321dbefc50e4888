internal import Foundation
internal import SystemPackage

/// Where somebody's pictures are, as given: relative to the working folder.
struct PictureFolders {
  let objects: FilePath
  /// Nil if each picture is one object.
  let annotations: FilePath?
  let scenes: FilePath

  private static let folders = ["annotations", "Annotations", "labels"]
  private static let files = [
    "_annotations.coco.json", "annotations.json", "annotations.coco.json",
  ]
  private static let endings: Set<String> = ["mat", "xml", "txt"]

  /// Where annotations usually are: among the pictures, or beside their folder.
  static func annotations(beside pictures: FilePath) -> String? {
    let above = pictures.appending("..").lexicallyNormalized()
    let around = above.isEmpty ? FilePath(".") : above
    let likely =
      files.map { pictures.appending($0) } + folders.map { around.appending($0) }
      + files.map { around.appending($0) }
    if let path = likely.first(where: { FileManager.default.fileExists(atPath: $0.string) }) {
      return path.string
    }
    let names = FileManager.default.enumerator(atPath: pictures.string)?.lazy
      .compactMap { $0 as? String }.prefix(10_000)
    let isLabelled = names?.contains {
      endings.contains(FilePath($0).extension?.lowercased() ?? "")
    }
    return isLabelled == true ? pictures.string : nil
  }
}
