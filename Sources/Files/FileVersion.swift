package import SystemPackage

/// What changes whenever the content of a file does.
///
/// Programs that copy or unpack files set their dates of modification; the system alone sets when a file itself last changed.
package struct FileVersion: Hashable, Sendable {
  package let inode: UInt64
  package let byteCount: Int
  /// When the content last changed, as its writer may have set it.
  package let modified: FileTime
  /// When anything of the file last changed: content, date of modification, permissions, name.
  package let changed: FileTime

  package init(inode: UInt64, byteCount: Int, modified: FileTime, changed: FileTime) {
    self.inode = inode
    self.byteCount = byteCount
    self.modified = modified
    self.changed = changed
  }

  /// Of the file at a path; nil if there is none, or a link, whose target can change without it.
  package init?(at path: FilePath) {
    guard let status = path.status(following: false), status.type == .regular else { return nil }
    self.init(
      inode: UInt64(status.inode.rawValue), byteCount: Int(status.size),
      modified: FileTime(ofChangeIn: status), changed: FileTime(ofAnyChangeIn: status))
  }
}
