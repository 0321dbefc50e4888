internal import Files
internal import Glibc
package import SystemPackage

extension Durable {
  /// Gives a file a second name, by which it stays when another takes the place of the first. If the file system has no
  /// hard links, it is a copy.
  package static func link(_ file: FilePath, to target: FilePath) throws(DurableError) {
    do {
      try disk.perform(.link(file.withLinkFollowed, to: target))
    } catch  where Self.refusals.contains(error.code) {
      let draft = target.draft
      try copy(file, toDraft: draft)
      try draft.handToOwnerOfFolder()
      try disk.perform(.synchronize(draft))
      try disk.perform(.replace(target, with: draft))
    }
    try disk.perform(.synchronize(target.folder))
  }

  /// The errors of systems that cannot create a second name.
  private static let refusals: [Errno] = [
    .notPermitted, .notSupported, .noFunction, .tooManyLinks, .improperLink,
  ]

  /// Sets a file's modification time to now.
  package static func touch(_ file: FilePath) throws(DurableError) {
    let status = unsafe file.withPlatformString { unsafe utimensat(AT_FDCWD, $0, nil, 0) }
    guard status != 0 else { return }
    throw DurableError(Errno(rawValue: errno), "change the date of", file)
  }
}
