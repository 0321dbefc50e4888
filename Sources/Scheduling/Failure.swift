package import SystemPackage

/// One activity that did not work: what it was about, why, and whose fault that is.
///
/// It becomes a sentence where it is told, and nowhere before.
package struct Failure: Error, Sendable, Equatable {
  package let activity: Activity
  package let cause: Cause
  /// The file or folder it was about; nil where it was about none.
  package let path: FilePath?
  /// What happened, in the words of whoever noticed: the system's, the library's.
  package let words: String

  package init(_ activity: Activity, _ cause: Cause, _ path: FilePath?, words: String) {
    self.activity = activity
    self.cause = cause
    self.path = path
    self.words = words
  }

  /// Why something did not work; `journalctl -x` explains each.
  package enum Cause: String, CaseIterable, Sendable {
    /// No room for bytes, for files, or within a quota.
    case diskFull = "disk-full"
    /// The user of the service may not do that.
    case notPermitted = "not-permitted"
    /// The file system takes no writes.
    case readOnly = "read-only"
    /// The disk does not give or take what it should.
    case inputOutput = "input-output"
    /// Another process has it.
    case locked
    /// There is no such file or folder.
    case missing
    /// Something else is in its place: a file where a folder should be, or the other way round.
    case wrongKind = "wrong-kind"
    /// Its content is not what was written.
    case damaged
    /// A limit of the system is reached: file handles, memory, watches.
    case limit
    /// No decoder can be started.
    case noDecoder = "no-decoder"
    /// The rows, pictures or model do not fit these settings, or teach nothing.
    case unusableData = "unusable-data"
    /// The settings file says something that cannot be.
    case wrongSettings = "wrong-settings"
    /// Another daemon works on the same ledger.
    case alreadyRunning = "already-running"
    /// Nothing that Misfire knows of.
    case unknown
  }

  /// Who has to mend it.
  package enum Fault: String, Sendable {
    case machine, file, settings, bug
  }

  package var fault: Fault {
    switch cause {
    case .diskFull, .notPermitted, .readOnly, .inputOutput, .locked, .missing, .limit, .noDecoder:
      .machine
    case .wrongKind, .damaged: .file
    case .unusableData, .wrongSettings, .alreadyRunning: .settings
    case .unknown: .bug
    }
  }

  /// What makes two failures the same one: numbers in the words may change meanwhile.
  package struct Identity: Hashable, Sendable {
    package let cause: Cause
    package let path: FilePath?
  }

  /// One full disk, or one limit of the system, is met in many places; that of watches is another one.
  package var identity: Identity {
    switch cause {
    case .diskFull: Identity(cause: cause, path: nil)
    case .limit where activity != .watch: Identity(cause: cause, path: nil)
    default: Identity(cause: cause, path: path)
    }
  }
}
