internal import Durable
internal import Glibc
internal import SystemPackage

// As whom root's commands act. What root made beside a service of another user, the service could not write again.

/// As root, goes on as the owner of the folder that the ledger is in, or will be made in; for good.
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

/// As root, goes on as another user, with all groups that he is in; for good.
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

/// Root could not go on as another user.
struct CannotBecome: Error, CustomStringConvertible {
  let user: String
  let reason: String

  var description: String { "cannot run as \(user): \(reason)" }
}
