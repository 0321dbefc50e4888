package import SystemPackage

/// Identifies a folder, by whatever path it is reached: a link or a mount may give it two.
package struct FolderIdentity: Hashable, Sendable {
  private let device, inode: UInt64

  /// - Parameter path: links in it are followed.
  /// - Returns: nil if there is no folder, or a network file system that numbers nothing.
  package init?(of path: FilePath) {
    guard let status = path.status(following: true), status.type == .directory,
      status.inode.rawValue != 0
    else { return nil }
    device = UInt64(status.deviceID.rawValue)
    inode = UInt64(status.inode.rawValue)
  }
}
