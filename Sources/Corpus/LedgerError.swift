internal import Durable
internal import Files
internal import GRDB
internal import Glibc
package import SystemPackage

/// The ledger could not be read or written; what was not acknowledged has left no trace in it.
package struct LedgerError: FileError, Sendable {
  package enum Cause: Sendable, Hashable {
    /// Another process has held it for longer than `Ledger.patience`.
    case locked
    /// There is no room for it.
    case diskFull
    /// The system does not let its files be used.
    case refused(Errno)
    /// It cannot be opened or written, and the system does not say why.
    case unreachable
    /// It is not a database, or a damaged one.
    case damaged
    /// It is another program's database.
    case foreign
    /// A newer Misfire wrote it.
    case newer
    /// Something that a training learnt from has been taken back since it began: train again.
    case takenBack
    /// Another generation went live since a training looked for the one to compare with: compare again.
    case otherLive
    /// The disk fails to read or write.
    case inputOutput
    /// Any other SQLite error.
    case other
  }

  package let path: FilePath
  package let cause: Cause
  package let problem: String

  init(path: FilePath, cause: Cause, _ problem: String) {
    self.path = path
    self.cause = cause
    self.problem = problem
  }

  init(_ error: any Error, path: FilePath) {
    if let error = error as? DurableError {
      let isDenied = [.permissionDenied, .notPermitted].contains(error.code)
      self.init(
        path: path, cause: error.isDiskFull ? .diskFull : .refused(error.code),
        isDenied && error.path.ownerInTheWay() == nil
          ? "\(error): check that its folder exists and is writable" : "\(error)")
      return
    }
    if let code = error as? Errno {
      let owner = path.ownerInTheWay(isWritten: true).map { "; \($0)" }
      self.init(path: path, cause: .refused(code), "\(code)\(owner ?? "")")
      return
    }
    if let value = error as? ImpossibleValue {
      self.init(path: path, cause: .damaged, "\(value): restore the ledger from a backup")
      return
    }
    guard let error = error as? DatabaseError else {
      self = error as? LedgerError ?? LedgerError(path: path, cause: .other, "\(error)")
      return
    }
    let words = error.message ?? "SQLite gave no reason"
    let result: ResultCode =
      switch error.extendedResultCode {
      // The index of a ledger in use, NAME-shm, needs room at the start.
      case .SQLITE_IOERR_SHMSIZE: .SQLITE_FULL
      case .SQLITE_IOERR_NOMEM: .SQLITE_NOMEM
      default: error.resultCode
      }
    switch result {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        path: path, cause: .locked,
        "another process has locked the ledger for \(Ledger.patience.components.seconds) seconds"
      )
    case .SQLITE_FULL:
      self.init(
        path: path, cause: .diskFull, "no room for the ledger on this disk: free some space")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      let owner = ["", "-wal", "-shm"].lazy.compactMap {
        path.sibling($0).ownerInTheWay(isWritten: true)
      }.first
      let refusal = path.databaseRefusal
      self.init(
        path: path, cause: refusal.map { Cause.refused($0) } ?? .unreachable,
        "\(words): \(owner ?? Self.advice(about: refusal))")
    case .SQLITE_NOMEM:
      self.init(path: path, cause: .refused(.noMemory), words)
    case .SQLITE_NOTADB:
      self.init(
        path: path, cause: .damaged,
        "it is not an SQLite file: restore the ledger from a backup, or set another state_path"
      )
    case .SQLITE_CORRUPT:
      self.init(path: path, cause: .damaged, "\(words): restore the ledger from a backup")
    case .SQLITE_IOERR:
      self.init(
        path: path, cause: .inputOutput,
        "\(words) (SQLite \(error.extendedResultCode.rawValue)): check for a failing disk")
    default:
      self.init(
        path: path, cause: .other, "\(words) (SQLite \(error.extendedResultCode.rawValue))")
    }
  }

  /// What to do about files that cannot be used: the system's error, unless that means their folder or its permissions.
  private static func advice(about refusal: Errno?) -> String {
    guard let refusal,
      ![.noSuchFileOrDirectory, .permissionDenied, .notPermitted].contains(refusal)
    else { return "check that its folder exists and is writable" }
    return "\(refusal)"
  }
}

extension FilePath {
  /// Why the system does not let this process use the database at this path; nil if it does.
  ///
  /// SQLite knows, but GRDB does not pass it on. The database itself is not opened to find out: closing it again would end
  /// all locks that SQLite has on it.
  fileprivate var databaseRefusal: Errno? {
    do {
      let root: FilePath = "/"
      try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec]).close()
    } catch {
      let code = error as? Errno
      if code == .tooManyOpenFiles || code == .tooManyOpenFilesInSystem { return code }
    }
    let place = withLinkFollowed
    let files = ["", "-wal", "-shm"].map { place.sibling($0) }
    if files.contains(where: \.isFolder) { return .isDirectory }
    // SQLite makes what is missing.
    return place.folder.refusal(of: W_OK | X_OK)
      ?? files.lazy.compactMap { $0.refusal(of: R_OK | W_OK) }
      .first { $0 != .noSuchFileOrDirectory }
  }
}
