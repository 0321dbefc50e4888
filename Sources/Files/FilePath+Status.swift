internal import CLinux
internal import Glibc
package import SystemPackage

extension FilePath {
  /// The folder this path is in.
  package var folder: FilePath {
    let parent = removingLastComponent()
    return parent.isEmpty ? "." : parent
  }

  package var exists: Bool {
    status(following: false) != nil
  }

  package var isFolder: Bool {
    status(following: true)?.type == .directory
  }

  package var isRegularFile: Bool {
    status(following: false)?.type == .regular
  }

  /// The path that a symbolic link points to; this path if it is not one.
  package var withLinkFollowed: FilePath {
    status(following: false)?.type == .symbolicLink ? withLinksFollowed : self
  }

  /// Whether a process has this file open for writing; false even if the kernel does not say: to another user than
  /// the file's owner, and on most network file systems.
  package var isBeingWritten: Bool {
    do {
      let file = try FileDescriptor.open(
        self, .readOnly, options: [.closeOnExec, .nonBlocking, .noFollow])
      return try file.closeAfter { clinux_has_writer(file.rawValue) != 0 }
    } catch {
      return false
    }
  }

  /// The bytes an ordinary user may still write on this disk; nil if the system does not say.
  package var availableBytes: Int? {
    var status = statvfs()
    guard unsafe withPlatformString({ unsafe statvfs($0, &status) }) == 0 else { return nil }
    // Some network file systems have no limit, and report the largest possible numbers.
    let (bytes, isBeyond) = status.f_bavail.multipliedReportingOverflow(by: status.f_frsize)
    return isBeyond ? .max : Int(clamping: bytes)
  }

  /// The system's information about it; nil if it cannot be inspected, which usually means that it does not exist.
  /// - Parameter following: of a link: whether of its target, or of itself.
  package func status(following: Bool) -> Stat? {
    do {
      return try stat(followTargetSymlink: following)
    } catch {
      return nil
    }
  }
}
