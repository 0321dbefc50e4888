internal import CInotifyTools
package import SystemPackage

/// The kind of network file system that `folder` is on, nil for a local one or where that is unknown.
///
/// inotify sees what this machine does to a file, not what others do: a folder that others write to over
/// the network has to be listed from time to time.
/// - SeeAlso: statfs(2), inotify(7) "Limitations and caveats".
package func remoteFileSystem(of folder: FilePath) -> String? {
  var status = statfs()
  guard unsafe folder.withPlatformString({ unsafe statfs($0, &status) }) == 0 else { return nil }
  return remoteFileSystem(magic: UInt32(truncatingIfNeeded: status.f_type))
}

/// The same by the number that statfs(2) gives for a kind of file system.
func remoteFileSystem(magic: UInt32) -> String? {
  switch magic {
  case 0x6969: "NFS"
  case 0x517B, 0xFF53_4D42, 0xFE53_4D42: "SMB"
  case 0x0102_1997: "9p"
  case 0x00C3_6400: "Ceph"
  case 0x0BD0_0BD0: "Lustre"
  case 0x5346_414F, 0x6B41_4653: "AFS"
  case 0x6573_5546: "FUSE"
  default: nil
  }
}
