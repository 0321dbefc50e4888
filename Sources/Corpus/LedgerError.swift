internal import Durable
internal import Files
internal import GRDB
package import SystemPackage

/// The ledger could not be read or written; what was not acknowledged has left no trace in it.
package struct LedgerError: FileError, Sendable {
  package enum Cause: Sendable {
    /// Another process has held it for longer than `Ledger.patience`.
    case locked
    /// There is no room for it.
    case diskFull
    /// It cannot be opened: no such folder, or no permission.
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
      self.init(
        path: path, cause: error.isDiskFull ? .diskFull : .unreachable,
        error.path.ownerInTheWay() == nil
          ? "\(error): check that its folder exists and is writable" : "\(error)")
      return
    }
    if let code = error as? Errno {
      let owner = path.ownerInTheWay(isWritten: true).map { "; \($0)" }
      self.init(
        path: path, cause: code == .ioError ? .inputOutput : .unreachable, "\(code)\(owner ?? "")")
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
    // The index of a ledger in use, NAME-shm, needs room at the start.
    let isFull = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    switch isFull ? .SQLITE_FULL : error.resultCode {
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
      self.init(
        path: path, cause: .unreachable,
        "\(words): \(owner ?? "check that its folder exists and is writable")")
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
}
