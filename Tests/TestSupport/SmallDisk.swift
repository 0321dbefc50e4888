import Foundation
package import SystemPackage

/// A disk that fills quickly: a file system in memory, which only root can mount.
package enum SmallDisk {
  /// Whether one can be mounted here.
  package static let isPossible: Bool = {
    do {
      try withSmallDisk(bytes: 1 << 20) { _ in }
      return true
    } catch {
      return false
    }
  }()

  /// Mounts an empty one of `bytes` bytes over a folder.
  package static func mount(over folder: FilePath, bytes: Int) throws {
    try run(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.string])
  }

  /// Mounts an empty one of `blocks` blocks, far more than there are bytes, over a folder.
  package static func mount(over folder: FilePath, blocks: Int) throws {
    try run(["mount", "-t", "tmpfs", "-o", "nr_blocks=\(blocks)", "tmpfs", folder.string])
  }

  /// Unmounts it and discards its contents.
  /// - Throws: if it is in use.
  package static func unmount(_ folder: FilePath) throws {
    try run(["umount", folder.string])
  }

  /// Makes what is mounted at `folder` read-only, or writable again.
  package static func allowWriting(_ isAllowed: Bool, to folder: FilePath) throws {
    try run(["mount", "-o", "remount,\(isAllowed ? "rw" : "ro")", folder.string])
  }

  /// Fills a disk to its last byte with one file.
  package static func fill(with ballast: FilePath) throws {
    let file = try FileDescriptor.open(
      ballast, .writeOnly, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    try file.closeAfter {
      do {
        while true { try file.writeAll([UInt8](repeating: 0, count: 4096)) }
      } catch Errno.noSpace {
        // The disk is full, as intended.
      }
    }
  }

  private static func run(_ arguments: [String]) throws {
    guard try ChildProcess("/usr/bin/env", arguments).waitUntilExit() == 0 else {
      throw Errno.notPermitted
    }
  }
}

/// Runs `body` with a folder that has room for only `bytes` bytes.
package func withSmallDisk<Result>(bytes: Int, _ body: (FilePath) throws -> Result) throws -> Result
{
  try withTemporaryFolder { folder in
    try SmallDisk.mount(over: folder, bytes: bytes)
    defer { try? SmallDisk.unmount(folder) }
    return try body(folder)
  }
}

/// Runs `body` while `folder` has room for only `bytes` bytes, whatever it contained before.
package func withSmallDisk<Result>(
  bytes: Int, at folder: FilePath, _ body: () async throws -> Result
) async throws -> Result {
  try SmallDisk.mount(over: folder, bytes: bytes)
  defer { try? SmallDisk.unmount(folder) }
  return try await body()
}
