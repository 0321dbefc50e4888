import Foundation
public import SystemPackage

/// A disk that is soon full: a file system in memory, which only root may mount.
public enum SmallDisk {
  /// Whether one can be mounted here.
  public static let isPossible: Bool = {
    do {
      try withSmallDisk(bytes: 1 << 20) { _ in }
      return true
    } catch {
      return false
    }
  }()

  /// Mounts an empty one of `bytes` bytes over a folder.
  public static func mount(over folder: FilePath, bytes: Int) throws {
    try run(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.string])
  }

  /// Takes it away, with everything in it.
  /// - Throws: while somebody uses it.
  public static func unmount(_ folder: FilePath) throws {
    try run(["umount", folder.string])
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Errno.notPermitted }
  }
}

/// Runs `body` with a folder that holds `bytes` bytes and no more.
public func withSmallDisk<Result>(bytes: Int, _ body: (FilePath) throws -> Result) throws -> Result
{
  try withTemporaryFolder { folder in
    try SmallDisk.mount(over: folder, bytes: bytes)
    defer { try? SmallDisk.unmount(folder) }
    return try body(folder)
  }
}
