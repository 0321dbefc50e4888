internal import Digest
internal import Files
internal import Synchronization
package import SystemPackage

/// Finds pictures of a folder and its subfolders by their content.
///
/// The folder is listed when it is first needed, and again after anything was added to it or its subfolders, or
/// removed. Only files as long as the picture in question are read, each once until it changes.
package final class FolderContents: Sendable {
  package struct Listing {
    /// Increases with each listing of the folder.
    package fileprivate(set) var number = 0
    package fileprivate(set) var pictures: [FilePath] = []
    fileprivate var bySize: [Int: [FilePath]] = [:]
    /// When the folders, and the pictures that may not have been complete, had last changed; nil: list again next time.
    fileprivate var changeTimes: [FilePath: FileTime]?

    package init() {}
  }

  /// How many of the pictures that changed last are watched, because somebody may still have been writing them.
  private static let unfinishedCount = 8

  private let folder: FilePath?
  private let memory: PictureMemory
  private let listing = Mutex(Listing())

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
      let isCurrent = listing.changeTimes?.allSatisfy { changeTime(of: $0.key) == $0.value }
      if isCurrent != true { listing = list(number: listing.number + 1) }
      return listing
    }
  }

  private func list(number: Int) -> Listing {
    var new = Listing()
    new.number = number
    guard let folder else {
      new.changeTimes = [:]
      return new
    }
    do {
      let tree = try TreeListing(of: folder, LeftOut())
      new.pictures = try tree.pictures()
      new.changeTimes = tree.folders
    } catch {
      // Without pictures there is nothing to compare with. Extracting and training report problems with the folder.
      return new
    }
    var changes: [(picture: FilePath, time: FileTime)] = []
    for picture in new.pictures {
      guard let status = picture.status(following: true) else { continue }
      new.bySize[Int(status.size), default: []].append(picture)
      changes.append((picture, FileTime(ofAnyChangeIn: status)))
    }
    changes.sort { $0.time > $1.time }
    for change in changes.prefix(Self.unfinishedCount) {
      new.changeTimes?[change.picture] = change.time
    }
    return new
  }

  private func changeTime(of path: FilePath) -> FileTime? {
    path.status(following: true).map { FileTime(ofAnyChangeIn: $0) }
  }
}
