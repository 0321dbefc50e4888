internal import Files
internal import Glibc
package import SystemPackage

extension FilePath {
  /// The path, or its nearest existing parent.
  package var nearestThere: FilePath {
    var nearest = self
    while let reason = nearest.refusal(of: F_OK),
      [.noSuchFileOrDirectory, .notDirectory].contains(reason), nearest.removeLastComponent()
    {}
    return nearest.isEmpty ? "." : nearest
  }

  /// Whether this process may read this file, but not write to it or not create others beside it.
  package var isReadOnly: Bool {
    refusal(of: R_OK) == nil && (refusal(of: W_OK) != nil || folder.refusal(of: W_OK) != nil)
  }

  /// Describes what belongs to another user and keeps this process from using a file at this path: "… belongs to
  /// root, not to misfire: `chown misfire: …`". It checks the folder, or its nearest existing parent, and then the
  /// file. Nil if neither is in the way, or if this process's user owns what is.
  /// - Parameter isWritten: whether the file is written in place; a file that is replaced need only be readable.
  package func ownerInTheWay(isWritten: Bool = false) -> String? {
    let places = [
      (folder.nearestThere, W_OK | X_OK), (self, isWritten ? R_OK | W_OK : R_OK),
    ]
    return places.lazy.compactMap { $0.owner(refusing: $1) }.first
  }

  /// Describes this file or folder if it refuses this access because it belongs to another user.
  package func owner(refusing mode: Int32) -> String? {
    guard [.permissionDenied, .notPermitted].contains(refusal(of: mode)) else { return nil }
    guard let owner = status(following: true)?.userID.rawValue, owner != geteuid() else {
      return nil
    }
    let user = userName(geteuid())
    let remedy = "`chown \(user): \(self)`"
    // A service with its own user namespace sees all but a few users as 65534.
    guard owner != 65534 else {
      return "\(self) belongs to another user, not to \(user): \(remedy)"
    }
    let other = userName(owner)
    let first = owner == 0 ? "" : "run this as \(other), or "
    return "\(self) belongs to \(other), not to \(user): \(first)\(remedy)"
  }

  /// Why this process lacks this access to the path; nil if it has it.
  package func refusal(of mode: Int32) -> Errno? {
    let status = unsafe withPlatformString { unsafe faccessat(AT_FDCWD, $0, mode, AT_EACCESS) }
    return status == 0 ? nil : Errno(rawValue: errno)
  }
}

/// A user's name, or the number if the user has no name on this machine.
package func userName(_ id: UInt32) -> String {
  // Several threads may ask at once.
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 16) { buffer in
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    guard unsafe getpwuid_r(id, &entry, buffer.baseAddress!, buffer.count, &found) == 0,
      let found = unsafe found
    else { return "user \(id)" }
    return unsafe String(cString: found.pointee.pw_name)
  }
}
