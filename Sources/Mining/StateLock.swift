internal import Durable
public import Settings
public import SystemPackage

/// The right to work on one ledger as its daemon does, which one process at a time has.
public final class StateLock: Sendable {
  public let path: FilePath
  private let lock: FileLock

  /// - Throws: `SecondDaemon` where another process has it.
  public init(_ settings: Settings) throws {
    path = settings.statePath
    try Durable.createFolder(path.removingLastComponent())
    do {
      lock = try FileLock(path.sibling(".misfired.lock"))
    } catch let held as FileLock.Held {
      throw SecondDaemon(statePath: path, processID: held.processID)
    }
  }
}

/// Another daemon works on the same ledger.
public struct SecondDaemon: Error, CustomStringConvertible {
  public let statePath: FilePath
  let processID: Int?

  public var description: String {
    let other = processID.map { "process \($0)" } ?? "another process"
    return "misfired runs already on \(statePath), as \(other): "
      + "stop that one first, or give this one a state_path of its own"
  }
}
