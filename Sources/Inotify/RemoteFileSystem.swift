internal import CInotifyTools
package import SystemPackage

/// The kind of network file system that `folder` is on; nil if it is local or the kind is unknown.
///
/// inotify reports changes by this machine only. If others write to a folder over the network, it must be listed
/// periodically.
/// - SeeAlso: statfs(2), inotify(7) "Limitations and caveats".
package func remoteFileSystem(of folder: FilePath) -> String? {
  var status = statfs()
  guard unsafe folder.withPlatformString({ unsafe statfs($0, &status) }) == 0 else { return nil }
  return remoteFileSystem(magic: UInt32(truncatingIfNeeded: status.f_type))
}

/// The kind of network file system with this magic number of statfs(2); nil if it is none of those known.
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
