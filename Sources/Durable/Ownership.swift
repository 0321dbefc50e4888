internal import Files
internal import Glibc
internal import SystemPackage

// If root creates a file, it goes to the owner of its folder, because a service that works there as another user must
// be able to write it. Other users cannot give files away, and need not.

extension FilePath {
  /// Gives a new file or folder to the owner of its folder, if this process runs as root.
  func handToOwnerOfFolder() throws(DurableError) {
    guard geteuid() == 0 else { return }
    do {
      let file = try FileDescriptor.open(
        self, .readOnly, options: [.closeOnExec, .nonBlocking, .noFollow])
      try file.closeAfter { try file.handToOwner(ofFolder: folder) }
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "hand to its folder's owner", self)
    }
  }
}

extension FileDescriptor {
  /// Gives the file to the owner of the folder, if this process runs as root and the file system allows it.
  func handToOwner(ofFolder folder: FilePath) throws {
    guard geteuid() == 0 else { return }
    let (file, folder) = (try stat(), try folder.stat())
    let owner = (folder.userID.rawValue, folder.groupID.rawValue)
    // A file with another hard link elsewhere was not just created here.
    guard (file.userID.rawValue, file.groupID.rawValue) != owner,
      file.type == .directory || file.linkCount == 1
    else { return }
    // If root cannot give it away, the folder's owner is root too, or is unknown on this machine.
    _ = fchown(rawValue, owner.0, owner.1)
  }
}
