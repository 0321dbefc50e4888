internal import Glibc
public import SystemPackage

/// A file or folder as it stood in a folder.
public struct FolderEntry: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case file, folder, link, other
  }

  public let path: FilePath
  /// What the entry itself is; a symbolic link is not followed.
  public let kind: Kind
  /// Tells it from a later file of the same name.
  public let inode: UInt64
  public let byteCount: Int
  /// When its content last changed, as the file system says.
  public let modified: FileTime

  package init(
    path: FilePath, kind: Kind, inode: UInt64, byteCount: Int, modified: FileTime
  ) {
    self.path = path
    self.kind = kind
    self.inode = inode
    self.byteCount = byteCount
    self.modified = modified
  }

  /// The name for people: bytes that are not UTF-8 are shown as �.
  public var name: String { String(path.string.split(separator: "/").last ?? "/") }
}

/// A date of a file. It may be any: a camera's clock is wrong by centuries, and ext4 goes to 2446.
public struct FileTime: Hashable, Sendable, Comparable {
  /// Since 1970.
  public let seconds: Int
  public let nanoseconds: Int

  public init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// When the content last changed.
  init(ofChangeIn status: Stat) {
    self.init(seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }

  public static func < (one: FileTime, other: FileTime) -> Bool {
    (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
  }
}

/// A folder that could not be read.
public struct FolderUnreadable: Error, CustomStringConvertible {
  public let folder: FilePath
  public let reason: Errno

  public var description: String {
    "cannot read the folder \(folder): \(reason); check that it exists and may be read"
  }
}

/// Lists what a folder holds, in the order of the names' bytes.
///
/// An entry that vanishes while the folder is read is left out.
public func listFolder(_ folder: FilePath) throws(FolderUnreadable) -> [FolderEntry] {
  guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
    throw FolderUnreadable(folder: folder, reason: Errno(rawValue: errno))
  }
  defer { unsafe closedir(stream) }
  var entries: [FolderEntry] = []
  while true {
    errno = 0
    guard let found = unsafe readdir(stream) else {
      guard errno == 0 else {
        throw FolderUnreadable(folder: folder, reason: Errno(rawValue: errno))
      }
      break
    }
    let name = unsafe withUnsafePointer(to: &found.pointee.d_name) {
      unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
        unsafe FilePath.Component(platformString: $0)
      }
    }
    guard let name, name.kind == .regular else { continue }
    if let entry = folderEntry(at: folder.appending(name)) { entries.append(entry) }
  }
  return entries.sorted { $0.path.precedes($1.path) }
}

/// Looks at one path; nil where there is nothing that we may see.
public func folderEntry(at path: FilePath) -> FolderEntry? {
  let status: Stat
  do {
    status = try path.stat(followTargetSymlink: false)
  } catch {
    return nil
  }
  let kind: FolderEntry.Kind =
    switch status.type {
    case .regular: .file
    case .directory: .folder
    case .symbolicLink: .link
    default: .other
    }
  return FolderEntry(
    path: path, kind: kind, inode: UInt64(status.inode.rawValue), byteCount: Int(status.size),
    modified: FileTime(ofChangeIn: status))
}

extension FilePath {
  /// Whether this path's bytes come before the other's, as Python sorts the names of files.
  func precedes(_ other: FilePath) -> Bool {
    unsafe withPlatformString { bytes in
      unsafe other.withPlatformString { unsafe strcmp(bytes, $0) < 0 }
    }
  }
}
