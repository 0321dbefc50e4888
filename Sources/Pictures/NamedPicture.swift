internal import Durable
internal import Files
internal import Inbox
package import SystemPackage

/// A picture that a person named on the command line, either itself or by its folder.
package struct NamedPicture: Sendable, Equatable {
  package let path: FilePath
  /// Its path below the named folder, or its file name. A drawing of it gets this name in another folder.
  package let name: FilePath

  /// A picture named by its own path.
  package init(_ path: FilePath) {
    self.path = path
    name = FilePath(root: nil, path.lastComponent.map { [$0] } ?? [])
  }

  /// A picture somewhere below a named folder.
  package init(_ path: FilePath, below folder: FilePath) {
    self.path = path
    var name = path
    _ = name.removePrefix(folder)
    self.name = name
  }

  /// The picture at a path, or the pictures in the folder there, ordered by the bytes of their paths.
  /// - Parameters:
  ///   - isRecursive: whether to enter a folder's subfolders.
  ///   - leftOut: collects files in a folder that are not pictures.
  /// - Throws: if a folder has no pictures or cannot be read.
  package static func list(_ path: FilePath, isRecursive: Bool, _ leftOut: LeftOut) throws
    -> [NamedPicture]
  {
    guard FolderIdentity(of: path) != nil else { return [NamedPicture(path)] }
    return try listPictures(in: path, leftOut, isRecursive: isRecursive).map {
      NamedPicture($0, below: path)
    }
  }

  /// The complete pictures in a folder now, without other programs' temporary files and files that are being written.
  /// - Throws: `FolderUnreadable`.
  package static func arrived(in folder: FilePath) throws -> [FilePath] {
    do {
      return try listPictures(in: folder, LeftOut(), isRecursive: false).filter { path in
        PassingName.meaning(of: path.lastComponent?.string ?? "") == nil && !path.isBeingWritten
          && folderEntry(at: path).map { $0.kind == .link || $0.byteCount > 0 } ?? false
      }
    } catch is NoPictures {
      return []
    }
  }
}
