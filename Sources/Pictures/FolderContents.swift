internal import Digest
internal import Files
internal import Synchronization
package import SystemPackage

/// Finds pictures of a folder and its subfolders by their content.
///
/// The folder is listed when it is first needed, and again after something was added or removed. Only files as long
/// as the picture in question are read, each once until it changes.
package final class FolderContents: Sendable {
  package struct Listing {
    /// Increases with each listing of the folder.
    package var number = 0
    package var pictures: [FilePath] = []
    /// When each folder with pictures was last changed, as adding and removing files does.
    fileprivate var folders: [FilePath: FileTime] = [:]
    fileprivate var bySize: [Int: [FilePath]] = [:]
  }

  private let folder: FilePath?
  private let memory: PictureMemory
  private let listing = Mutex<Listing?>(nil)

  /// - Parameter folder: nil if there are no pictures.
  package init(of folder: FilePath?, _ memory: PictureMemory) {
    self.folder = folder
    self.memory = memory
  }

  /// A picture with the same content; nil if none can be read.
  /// - Throws: if the machine fails.
  package func picture(of content: PictureContent) throws -> FilePath? {
    try current().bySize[content.byteCount, default: []].first { candidate in
      try LeftOut().unlessUnusable {
        try memory.digest(of: candidate, maximumCount: content.byteCount)
      } == content.digest
    }
  }

  package func current() -> Listing {
    listing.withLock { listing in
      if let last = listing, last.folders.allSatisfy({ changeTime(of: $0.key) == $0.value }) {
        return last
      }
      let new = list(number: (listing?.number ?? 0) + 1)
      listing = new
      return new
    }
  }

  private func list(number: Int) -> Listing {
    var new = Listing(number: number)
    guard let folder else { return new }
    new.folders[folder] = changeTime(of: folder)
    do {
      new.pictures = try listPictures(in: folder, LeftOut())
    } catch {
      // Without pictures there is nothing to compare with. Extracting and training report problems with the folder.
      return new
    }
    for picture in new.pictures {
      let parent = picture.removingLastComponent()
      if new.folders[parent] == nil { new.folders[parent] = changeTime(of: parent) }
      if let size = byteCount(of: picture) { new.bySize[size, default: []].append(picture) }
    }
    return new
  }

  private func changeTime(of folder: FilePath) -> FileTime? {
    folder.status(following: true).map { FileTime(ofChangeIn: $0) }
  }

  private func byteCount(of picture: FilePath) -> Int? {
    picture.status(following: true).map { Int($0.size) }
  }
}
