internal import Durable
public import SystemPackage

/// The folder that pictures are dropped into.
public struct Inbox: Sendable {
  public let folder: FilePath

  public init(folder: FilePath) {
    self.folder = folder
  }

  /// What the folder holds now.
  public struct Listing: Sendable {
    /// Files that may be pictures, whole or not, in the order of their arrival: the one that was written
    /// last comes last, and names decide where times are equal.
    public var files: [FolderEntry] = []
    /// What can never be mined: links, folders, pipes and the like. They are left alone.
    public var strangers: [FolderEntry] = []
  }

  public func listing() throws(FolderUnreadable) -> Listing {
    var listing = Listing()
    let entries = try listFolder(folder)
    // A browser keeps the name of what it downloads by an empty file until it has it.
    let isDownloading = entries.contains { Self.isDownload($0.path) }
    for entry in entries where !Self.isTemporary(entry.path) {
      if entry.kind == .file {
        if entry.byteCount == 0 && isDownloading { continue }
        listing.files.append(entry)
      } else {
        listing.strangers.append(entry)
      }
    }
    listing.files.sort {
      $0.modified == $1.modified ? $0.path.precedes($1.path) : $0.modified < $1.modified
    }
    return listing
  }

  /// Whether a name says that somebody else is not done with the file: hidden files, as rsync writes
  /// them, downloads of browsers, editors' copies, and drafts, as `Durable` writes what comes from
  /// another disk. It is renamed when it is done.
  static func isTemporary(_ path: FilePath) -> Bool {
    guard let name = path.lastComponent?.string else { return true }
    if name.hasPrefix(".") || name.hasSuffix("~") { return true }
    if name.hasPrefix("#") && name.hasSuffix("#") { return true }
    return isDownload(path)
      || ["tmp", "swp", FilePath.draftExtension].contains(path.extension?.lowercased() ?? "")
  }

  private static func isDownload(_ path: FilePath) -> Bool {
    ["part", "partial", "crdownload", "download", "filepart"]
      .contains(path.extension?.lowercased() ?? "")
  }
}
