internal import Files
internal import Glibc
internal import Synchronization
package import SystemPackage

/// A lock that only one process at a time holds. The system releases it when the process ends, in whatever way.
///
/// The lock file remains, with the process id of the last holder that could write it. Only the lock counts, never the
/// file. Anyone who can read a file can lock it, so only its owner can read this one.
package struct FileLock: ~Copyable, Sendable {
  /// Another process holds the lock.
  package struct Held: Error, Sendable, CustomStringConvertible {
    package let path: FilePath
    /// The holder's process id; nil if the holder did not record it or has ended.
    package let processID: Int?

    /// "process 12", or "another process" if the id is unknown.
    package var holder: String { processID.map { "process \($0)" } ?? "another process" }

    package var description: String { "\(path) is locked by \(holder)" }

    /// A message for while this process waits for the lock.
    package var whileWaiting: String { "waiting for the lock \(path), held by \(holder)" }
  }

  /// A wait of more than a second for a lock.
  package enum Wait: Sendable {
    case begun(Held)
    /// The lock is there after all.
    case over(FilePath, after: Duration)
  }

  private let file: FileDescriptor

  /// Takes the lock.
  /// - Parameter waiting: whether to wait for another holder, or to throw `Held` immediately.
  /// - Throws: `Held`, or `DurableError` if the lock file cannot be created.
  package init(_ path: FilePath, waiting: Bool = false) throws {
    file = try Self.lock(path, waiting: waiting)
  }

  deinit {
    // Closing is not enough: a child that another thread is starting has a copy of the descriptor until its program begins,
    // and would hold the lock for that long.
    flock(file.rawValue, LOCK_UN)
    close(file.rawValue)
  }

  /// Runs `body` while holding the lock.
  /// - Parameter waiting: whether to wait for another holder, or to throw `Held` immediately.
  package static func holding<Result>(
    _ path: FilePath, waiting: Bool = true, _ body: () throws -> Result
  ) throws -> Result {
    let lock = try FileLock(path, waiting: waiting)
    return try withExtendedLifetime(lock) { try body() }
  }

  /// Whether a process holds the lock, this one included; nil if this process may not look.
  ///
  /// Makes no file. Looking takes the lock for a moment, for which `init` waits.
  package static func isHeld(_ path: FilePath) -> Bool? {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try file.closeAfter { () -> Bool? in
        guard flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 else {
          flock(file.rawValue, LOCK_UN)
          return false
        }
        return errno == EWOULDBLOCK ? true : nil
      }
    } catch {
      return error as? Errno == .noSuchFileOrDirectory ? false : nil
    }
  }

  // Most locks are held only for a moment. Retry for a second before reporting the wait.
  private static let silentAttempts = 50
  private static let microsecondsBetween: UInt32 = 20_000
  /// `isHeld` holds a lock for less than this many of them.
  private static let attemptsBesideLooks = 3

  /// Sets a function that this process calls for each lock it has waited for longer than a second, and again when it has it.
  package static func hearWaiting(_ hear: @escaping @Sendable (Wait) -> Void) {
    hearer.withLock { $0 = hear }
  }

  private static let hearer = Mutex<(@Sendable (Wait) -> Void)?>(nil)

  private static func lock(_ path: FilePath, waiting: Bool) throws -> FileDescriptor {
    let file: FileDescriptor
    do {
      file = try open(path)
    } catch let error as DurableError {
      throw error
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "lock", path)
    }
    var silentAttempts = waiting ? Self.silentAttempts : Self.attemptsBesideLooks
    let start = ContinuousClock.now
    var isWaiting = false
    while flock(file.rawValue, LOCK_EX | (isWaiting ? 0 : LOCK_NB)) != 0 {
      let code = Errno(rawValue: errno)
      if code == .interrupted { continue }
      if code == .wouldBlock && silentAttempts > 0 {
        silentAttempts -= 1
        usleep(Self.microsecondsBetween)
        continue
      }
      let held = Held(path: path, processID: processID(in: file))
      if code == .wouldBlock && waiting {
        isWaiting = true
        hearer.withLock { $0 }?(.begun(held))
        continue
      }
      close(file.rawValue)
      if code == .wouldBlock { throw held }
      throw DurableError(code, "lock", path)
    }
    if isWaiting { hearer.withLock { $0 }?(.over(path, after: start.duration(to: .now))) }
    do {
      // A file that contains anything but a number belongs to the user: lock it, but leave it unchanged.
      guard text(in: file).allSatisfy({ $0.isNumber || $0 == "\n" }) else { return file }
      // Earlier releases let others read the file, and left it to root if root had created it.
      Durable.narrow(path, to: .ownerReadWrite)
      try file.handToOwner(ofFolder: path.folder)
      try file.resize(to: 0)
      try file.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
    } catch {
      // The number is only for people: on a full disk, or in another user's file, the lock holds without it.
    }
    return file
  }

  private static func open(_ path: FilePath) throws -> FileDescriptor {
    do {
      try Durable.makeFile(path, permissions: .ownerReadWrite)
      return try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
    } catch Errno.permissionDenied {
      // Another user created it with an earlier release. Read access is enough to lock it.
      return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    }
  }

  /// The process id recorded in the lock file; nil if that process has ended, in which case the
  /// current holder could not record its own id.
  private static func processID(in file: FileDescriptor) -> Int? {
    guard let number = pid_t(text(in: file).filter(\.isNumber)), number > 0,
      kill(number, 0) == 0 || errno == EPERM
    else { return nil }
    return Int(number)
  }

  /// The first bytes of the file as text.
  private static func text(in file: FileDescriptor) -> String {
    var digits = [UInt8](repeating: 0, count: 20)
    let count = unsafe digits.withUnsafeMutableBytes {
      unsafe pread(file.rawValue, $0.baseAddress, $0.count, 0)
    }
    return String(decoding: digits.prefix(max(count, 0)), as: UTF8.self)
  }
}
