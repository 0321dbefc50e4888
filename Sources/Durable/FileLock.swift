internal import Glibc
public import SystemPackage

/// A lock that one process at a time holds; the system takes it back when the process ends, however.
///
/// The lock file stays behind, with the process id of the last holder: only the lock counts, never
/// the file.
public struct FileLock: ~Copyable, Sendable {
  /// Another process holds the lock.
  public struct Held: Error, Sendable, CustomStringConvertible {
    public let path: FilePath
    /// The process that holds it, if it has said so yet.
    public let processID: Int?

    public var description: String {
      "\(path) is locked by \(processID.map { "process \($0)" } ?? "another process")"
    }
  }

  private let file: FileDescriptor

  /// Takes the lock.
  /// - Parameter waiting: whether to wait for another process, or to throw `Held` at once.
  /// - Throws: `Held`, or `DurableError` where the lock file cannot be made.
  public init(_ path: FilePath, waiting: Bool = false) throws {
    file = try Self.lock(path, waiting: waiting)
  }

  deinit {
    close(file.rawValue)
  }

  /// Runs `body` while no other process holds the lock, however long that takes.
  public static func holding<Result>(_ path: FilePath, _ body: () throws -> Result) throws
    -> Result
  {
    let lock = try FileLock(path, waiting: true)
    return try withExtendedLifetime(lock) { try body() }
  }

  private static func lock(_ path: FilePath, waiting: Bool) throws -> FileDescriptor {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "lock", path)
    }
    while flock(file.rawValue, LOCK_EX | (waiting ? 0 : LOCK_NB)) != 0 {
      let code = Errno(rawValue: errno)
      if code == .interrupted { continue }
      let holder = processID(in: file)
      try file.close()
      if code == .wouldBlock { throw Held(path: path, processID: holder) }
      throw DurableError(code, "lock", path)
    }
    try file.resize(to: 0)
    try file.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
    return file
  }

  private static func processID(in file: FileDescriptor) -> Int? {
    var digits = [UInt8](repeating: 0, count: 20)
    let count = unsafe digits.withUnsafeMutableBytes {
      unsafe pread(file.rawValue, $0.baseAddress, $0.count, 0)
    }
    return Int(String(decoding: digits.prefix(max(count, 0)), as: UTF8.self).filter(\.isNumber))
  }
}
