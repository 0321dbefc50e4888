internal import CLinux
internal import Files
internal import Glibc
package import SystemPackage

/// A disk operation that the guarantees of `Durable` rest on.
package enum DiskOperation: Sendable, Hashable {
  /// Makes a file's content, or a folder's list of names, survive a power cut.
  case synchronize(FilePath)
  /// Renames a file, replacing any file that has the new name.
  case replace(FilePath, with: FilePath)
  /// Renames a file to a name that must be free.
  case rename(FilePath, to: FilePath)
  /// Copies a file's content into a new file, replacing any file of that name.
  case copy(FilePath, to: FilePath)
  /// Gives a file a second name, which must be free.
  case link(FilePath, to: FilePath)
  case remove(FilePath)
  case createFolder(FilePath)

  /// The file or folder that is changed.
  package var path: FilePath {
    switch self {
    case .synchronize(let path), .remove(let path), .createFolder(let path): path
    case .replace(let path, with: _), .rename(_, let path), .copy(_, let path), .link(_, let path):
      path
    }
  }
}

/// Performs the operations. Tests replace it in `Durable.disk` to observe or fail them.
package protocol Disk: Sendable {
  func perform(_ operation: DiskOperation) throws(DurableError)
}

/// The system's disk.
package struct SystemDisk: Disk {
  package init() {}

  package func perform(_ operation: DiskOperation) throws(DurableError) {
    switch operation {
    case .synchronize(let path):
      try Self.attempt("synchronize", path) {
        // Open without blocking, as opening a pipe would, and without following a link to a file; a folder can be
        // reached by a link.
        let options: FileDescriptor.OpenOptions =
          path.isFolder ? [.closeOnExec, .directory] : [.closeOnExec, .nonBlocking, .noFollow]
        let file = try FileDescriptor.open(path, .readOnly, options: options)
        try file.closeAfter {
          try Self.check(fsync(file.rawValue))
        }
      }
    case .replace(let target, with: let draft):
      try Self.attempt("replace", target) { try Self.rename(draft, over: target) }
    case .rename(let source, to: let target):
      try Self.attempt("move \(source) to", target) { try Self.rename(source, toNew: target) }
    case .copy(let source, to: let target):
      try Self.attempt("copy \(source) to", target) { try Self.copy(source, to: target) }
    case .link(let source, to: let target):
      try Self.attempt("link \(source) to", target) {
        try Self.check(
          unsafe source.withPlatformString { source in
            unsafe target.withPlatformString { unsafe Glibc.link(source, $0) }
          })
      }
    case .remove(let path):
      try Self.attempt("remove", path) {
        try Self.check(unsafe path.withPlatformString { unsafe unlink($0) })
      }
    case .createFolder(let path):
      try Self.attempt("create the folder", path) {
        try Self.check(unsafe path.withPlatformString { unsafe mkdir($0, 0o777) })
        try path.handToOwnerOfFolder()
      }
    }
  }

  private static func attempt(_ what: String, _ path: FilePath, _ body: () throws -> Void)
    throws(DurableError)
  {
    do {
      try body()
    } catch {
      throw DurableError(error as? Errno ?? .ioError, what, path)
    }
  }

  private static func check(_ result: Int32) throws {
    if result != 0 { throw Errno(rawValue: errno) }
  }

  private static func rename(_ source: FilePath, toNew target: FilePath) throws {
    let result = unsafe source.withPlatformString { source in
      unsafe target.withPlatformString { unsafe clinux_rename_to_new(source, $0) }
    }
    guard result != 0 && errno == EINVAL else { return try check(result) }
    // Network file systems cannot do this atomically. Only Misfire moves files to these places, so checking first is
    // nearly as good.
    if target.exists { throw Errno.fileExists }
    try rename(source, over: target)
  }

  private static func rename(_ source: FilePath, over target: FilePath) throws {
    try check(
      unsafe source.withPlatformString { source in
        unsafe target.withPlatformString { unsafe Glibc.rename(source, $0) }
      })
  }

  private static func copy(_ source: FilePath, to target: FilePath) throws {
    let input = try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
    try input.closeAfter {
      let output = try FileDescriptor.open(
        target, .writeOnly, options: [.create, .truncate, .noFollow, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try output.closeAfter {
        try unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
          // Copy no more than the current size: a file that keeps growing would fill the disk.
          var rest = Int(try input.stat().size)
          while case let count = try unsafe input.read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(rest))), count > 0
          {
            _ = try unsafe output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            rest -= count
          }
        }
      }
    }
  }
}
