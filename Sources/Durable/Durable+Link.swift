internal import Files
internal import Glibc
package import SystemPackage

extension Durable {
  /// Gives a file a second name, under which it remains when another file replaces it under the first. On a file
  /// system without hard links, this makes a copy.
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

  /// The errors of file systems that cannot create a hard link.
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
