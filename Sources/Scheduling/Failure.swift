package import SystemPackage

/// One activity that failed: on what, why, and what is at fault.
///
/// Daemon/Telling turns it into a sentence.
package struct Failure: Error, Sendable, Equatable {
  package let activity: Activity
  package let cause: Cause
  /// The file or folder concerned; nil if there is none.
  package let path: FilePath?
  /// What happened, in the words of the system or the library.
  package let words: String

  package init(_ activity: Activity, _ cause: Cause, _ path: FilePath?, words: String) {
    self.activity = activity
    self.cause = cause
    self.path = path
    self.words = words
  }

  /// Why something failed; `journalctl -x` explains each.
  package enum Cause: String, CaseIterable, Sendable {
    /// No room for bytes, for files, or within a quota.
    case diskFull = "disk-full"
    /// The service's user has no permission.
    case notPermitted = "not-permitted"
    /// The file system is read-only.
    case readOnly = "read-only"
    /// The disk fails to read or write.
    case inputOutput = "input-output"
    /// Another process holds it.
    case locked
    /// No such file or folder.
    case missing
    /// Something else is in its place: a file instead of a folder, or the reverse.
    case wrongKind = "wrong-kind"
    /// Its content is not what was written.
    case damaged
    /// A system limit is reached: file handles, memory, watches.
    case limit
    /// No decoder can be started.
    case noDecoder = "no-decoder"
    /// The rows, pictures or model do not fit these settings, or teach nothing.
    case unusableData = "unusable-data"
    /// The settings file is invalid.
    case wrongSettings = "wrong-settings"
    /// Another daemon works on the same ledger.
    case alreadyRunning = "already-running"
    /// An unknown cause.
    case unknown
  }

  /// What has to be fixed.
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

  /// What makes two failures the same one; numbers in the message may change meanwhile.
  package struct Identity: Hashable, Sendable {
    package let cause: Cause
    package let path: FilePath?
  }

  /// One full disk, or one system limit, is met in many places; the limit of watches is separate.
  package var identity: Identity {
    switch cause {
    case .diskFull: Identity(cause: cause, path: nil)
    case .limit where activity != .watch: Identity(cause: cause, path: nil)
    default: Identity(cause: cause, path: path)
    }
  }
}
