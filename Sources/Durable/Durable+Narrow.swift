internal import Files
internal import Glibc
package import SystemPackage

extension Durable {
  /// Removes excessive permissions that an earlier release granted on one of Misfire's files.
  ///
  /// It works by path, because SQLite would lose its locks if the file were opened and closed.
  /// - Parameter permissions: the most that the file keeps.
  package static func narrow(_ path: FilePath, to permissions: FilePermissions) {
    // As root, do not follow a link, which another user could have put there.
    let path = geteuid() == 0 ? path : path.withLinkFollowed
    // If the file does not exist or cannot be inspected, opening it reports that.
    guard let status = path.status(following: false) else { return }
    let narrowed = status.permissions.intersection(permissions)
    guard status.type == .regular, status.linkCount == 1, narrowed != status.permissions else {
      return
    }
    // Only the owner can do this, and not every file system has permissions. If it fails, everything works as before.
    _ = unsafe path.withPlatformString {
      unsafe fchmodat(AT_FDCWD, $0, narrowed.rawValue, AT_SYMLINK_NOFOLLOW)
    }
  }
}
