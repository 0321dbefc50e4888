internal import Durable
internal import Glibc
internal import SystemPackage

// The user as whom root's commands act. Files that root made beside another user's service would be unwritable for that
// service.

/// As root, switches for good to the owner of the folder that the ledger is in, or will be created in.
func becomeOwner(of ledger: FilePath) throws {
  guard geteuid() == 0 else { return }
  let folder = try ledger.removingLastComponent().nearestThere.stat()
  let (user, group) = (folder.userID.rawValue, folder.groupID.rawValue)
  guard user != 0 else { return }
  if let entry = unsafe getpwuid(user) { return try unsafe become(entry.pointee) }
  guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0 else {
    throw CannotBecome(user: "user \(user)", reason: "\(Errno(rawValue: errno))")
  }
}

/// As root, switches for good to another user, with all of that user's groups.
func become(_ user: String) throws(CannotBecome) {
  guard let entry = unsafe getpwnam(user) else {
    throw CannotBecome(user: user, reason: "no such user")
  }
  try unsafe become(entry.pointee)
}

private func become(_ entry: passwd) throws(CannotBecome) {
  let user = unsafe String(cString: entry.pw_name)
  let (userID, groupID) = unsafe (entry.pw_uid, entry.pw_gid)
  guard unsafe initgroups(user, groupID) == 0, setgid(groupID) == 0, setuid(userID) == 0 else {
    throw CannotBecome(user: user, reason: "\(Errno(rawValue: errno))")
  }
}

/// Root could not switch to another user.
struct CannotBecome: Error, CustomStringConvertible {
  let user: String
  let reason: String

  var description: String { "cannot run as \(user): \(reason)" }
}
