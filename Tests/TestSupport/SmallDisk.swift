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

  fileprivate static func run(_ arguments: [String]) throws {
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
    try SmallDisk.run(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.string])
    defer { try? SmallDisk.run(["umount", folder.string]) }
    return try body(folder)
  }
}
