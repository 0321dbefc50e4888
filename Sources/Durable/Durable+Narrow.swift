internal import Files
internal import Glibc
package import SystemPackage

extension Durable {
  /// Takes the permissions from a file of ours that it need not give, as an earlier release gave more.
  ///
  /// By its path: SQLite would lose its locks on a file that is opened and closed beside it.
  /// - Parameter permissions: the most that it keeps.
  package static func narrow(_ path: FilePath, to permissions: FilePermissions) {
    // Root follows no link, which another user may have put there.
    let path = geteuid() == 0 ? path : path.withLinkFollowed
    // Where there is none, or it may not be seen, who opens it is told.
    guard let status = path.status(following: false) else { return }
    let narrowed = status.permissions.intersection(permissions)
    guard status.type == .regular, status.linkCount == 1, narrowed != status.permissions else {
      return
    }
    // Whose file it is not may not; nor are there permissions on every file system. It works as it did, then.
    _ = unsafe path.withPlatformString {
      unsafe fchmodat(AT_FDCWD, $0, narrowed.rawValue, AT_SYMLINK_NOFOLLOW)
    }
  }
}
