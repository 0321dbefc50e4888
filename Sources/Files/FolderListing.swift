// Glibc and CLinux both declare timespec; which one a build uses is unspecified.
internal import CLinux
internal import Glibc
package import SystemPackage

/// A file or folder as it was in a folder.
package struct FolderEntry: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case file, folder, link, other
  }

  package let path: FilePath
  /// What the entry itself is; a symbolic link is not followed.
  package let kind: Kind
  /// Distinguishes it from a later file of the same name.
  package let inode: UInt64
  package let byteCount: Int
  /// When its content last changed, as the file system says.
  package let modified: FileTime

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
  package var name: String { String(path.string.split(separator: "/").last ?? "/") }
}

/// A date of a file. It may be any: a camera's clock is wrong by centuries, and ext4 goes to 2446.
package struct FileTime: Hashable, Sendable, Comparable {
  /// Since 1970.
  package let seconds: Int
  package let nanoseconds: Int

  package init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// When the content last changed.
  package init(ofChangeIn status: Stat) {
    self.init(seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }

  /// When the content or anything else of the file last changed; no program can set it.
  package init(ofAnyChangeIn status: Stat) {
    self.init(seconds: Int(status.st_ctim.tv_sec), nanoseconds: Int(status.st_ctim.tv_nsec))
  }

  package static func < (one: FileTime, other: FileTime) -> Bool {
    (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
  }
}

/// A folder that could not be read.
package struct FolderUnreadable: Error, CustomStringConvertible {
  package let folder: FilePath
  package let reason: Errno

  package var description: String {
    "cannot read the folder \(folder): \(reason); \(reason.readingAdvice)"
  }
}

/// Lists a folder, in the order of the names' bytes.
///
/// An entry that vanishes while the folder is read is left out.
package func listFolder(_ folder: FilePath) throws(FolderUnreadable) -> [FolderEntry] {
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

/// Inspects one path; nil if there is nothing that we may see.
package func folderEntry(at path: FilePath) -> FolderEntry? {
  guard let status = path.status(following: false) else { return nil }
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
  /// Whether this path's bytes come before the other's, as Python sorts file names.
  package func precedes(_ other: FilePath) -> Bool {
    unsafe withPlatformString { bytes in
      unsafe other.withPlatformString { unsafe strcmp(bytes, $0) < 0 }
    }
  }
}
