internal import Files
internal import SystemPackage

/// The files in a folder, usually with those in its subfolders. Links count as their targets.
///
/// Hidden files and folders are not included, nor are files that operating systems keep beside pictures.
struct TreeListing {
  /// Ordered by the bytes of their paths.
  private(set) var files: [FilePath] = []
  /// When anything of each folder, readable or not, had last changed before it was read.
  private(set) var folders: [FilePath: FileTime] = [:]
  let leftOut: LeftOut
  private let isRecursive: Bool
  private var linkedFolders: [FilePath] = []
  private var visited: Set<FolderIdentity> = []

  /// Identifies a folder, whichever links lead there.
  private struct FolderIdentity: Hashable {
    let device, inode: UInt64
  }

  /// Thumbnails of a NAS, files that macOS adds to archives, and Windows' own files.
  private static let systemNames: Set<String> = [
    "@eaDir", "__MACOSX", "$RECYCLE.BIN", "Thumbs.db", "desktop.ini",
  ]

  /// - Parameters:
  ///   - leftOut: collects dangling links and unreadable folders.
  ///   - isRecursive: whether to enter subfolders.
  init(of root: FilePath, _ leftOut: LeftOut, isRecursive: Bool = true) throws {
    self.leftOut = leftOut
    self.isRecursive = isRecursive
    try enter(root)
    // Linked folders come last, so that files reachable without links keep their own paths, and link loops end.
    while !linkedFolders.isEmpty {
      let folder = linkedFolders.removeFirst()
      try enterIfReadable(folder)
    }
    files.sort { $0.precedes($1) }
  }

  private mutating func enter(_ folder: FilePath) throws {
    let status = folder.status(following: true)
    folders[folder] = status.map { FileTime(ofAnyChangeIn: $0) }
    let entries = try listFolder(folder)
    guard let status,
      visited.insert(
        FolderIdentity(
          device: UInt64(status.deviceID.rawValue), inode: UInt64(status.inode.rawValue))
      ).inserted
    else { return }
    for entry in entries where !Self.isIgnored(entry) {
      switch entry.kind {
      case .file: files.append(entry.path)
      case .folder where isRecursive: try enterIfReadable(entry.path)
      case .folder: break
      case .link: follow(entry.path)
      case .other: leftOut.note(.otherFiles, entry.path, "\(entry.path): it is not a regular file")
      }
    }
  }

  private mutating func enterIfReadable(_ folder: FilePath) throws {
    do {
      try enter(folder)
    } catch let error as FolderUnreadable {
      leftOut.note(.pictures, folder, "\(error)")
    }
  }

  private mutating func follow(_ link: FilePath) {
    switch link.status(following: true)?.type {
    case .regular: files.append(link)
    case .directory where isRecursive: linkedFolders.append(link)
    case .directory: break
    case nil: leftOut.note(.pictures, link, "\(link): the link points to nothing")
    default: leftOut.note(.otherFiles, link, "\(link): the link does not point to a regular file")
    }
  }

  private static func isIgnored(_ entry: FolderEntry) -> Bool {
    entry.name.hasPrefix(".") || systemNames.contains(entry.name)
  }
}
