internal import Files
internal import Glibc
package import SystemPackage

extension Durable {
  /// Removes excessive permissions from a file of ours, which an earlier release granted.
  ///
  /// By its path: SQLite would lose its locks on a file that is opened and closed beside it.
  /// - Parameter permissions: the most that it keeps.
  package static func narrow(_ path: FilePath, to permissions: FilePermissions) {
    // Root follows no link, which another user may have put there.
    let path = geteuid() == 0 ? path : path.withLinkFollowed
    // If there is none, or it may not be inspected, opening it reports that.
    guard let status = path.status(following: false) else { return }
    let narrowed = status.permissions.intersection(permissions)
    guard status.type == .regular, status.linkCount == 1, narrowed != status.permissions else {
      return
    }
    // Only its owner may; and not every file system has permissions. It then works as before.
    _ = unsafe path.withPlatformString {
      unsafe fchmodat(AT_FDCWD, $0, narrowed.rawValue, AT_SYMLINK_NOFOLLOW)
    }
  }
}
