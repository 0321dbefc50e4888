internal import Durable
package import SystemPackage

/// The right to work on one ledger as its daemon, which one process at a time has.
package final class StateLock: Sendable {
  package let path: FilePath
  private let lock: FileLock

  /// - Throws: `SecondDaemon` if another process has it.
  package init(_ ledger: FilePath) throws {
    path = ledger
    try Durable.createFolder(path.removingLastComponent())
    do {
      lock = try FileLock(Self.file(of: path))
    } catch let held as FileLock.Held {
      throw SecondDaemon(statePath: path, held: held)
    }
  }

  /// Whether a process works on this ledger as its daemon; nil if this process may not look.
  package static func isHeld(_ ledger: FilePath) -> Bool? { FileLock.isHeld(file(of: ledger)) }

  private static func file(of ledger: FilePath) -> FilePath { ledger.sibling(".misfired.lock") }
}

/// Another daemon works on the same ledger, or a command that does its work.
package struct SecondDaemon: Error, CustomStringConvertible {
  package let statePath: FilePath
  let held: FileLock.Held

  /// The message of a process that waits until the other one ends.
  package var whileWaiting: String {
    "\(held.whileWaiting): stop it, or give this one its own state_path"
  }

  package var description: String {
    """
    \(held.holder) works on \(statePath) and holds the lock \(held.path): stop it first, or set another \
    state_path
    """
  }
}
