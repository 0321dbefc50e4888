internal import Files
internal import Glibc
internal import SystemPackage

// As root, what is made belongs to the owner of the folder that it is made in: a service that works there as another user
// must be able to write it. Others cannot give files away, nor need to.

extension FilePath {
  /// Gives a file or folder that was just made to the owner of the folder it lies in, where root made it.
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
  /// Gives the file to the owner of the folder, where this process is root's and the file system lets it.
  func handToOwner(ofFolder folder: FilePath) throws {
    guard geteuid() == 0 else { return }
    let (file, folder) = (try stat(), try folder.stat())
    let owner = (folder.userID.rawValue, folder.groupID.rawValue)
    // One that has another name elsewhere was not just made here.
    guard (file.userID.rawValue, file.groupID.rawValue) != owner,
      file.type == .directory || file.linkCount == 1
    else { return }
    // Where root may not give it away, whoever works there is root too, or no user of this machine.
    _ = fchown(rawValue, owner.0, owner.1)
  }
}
