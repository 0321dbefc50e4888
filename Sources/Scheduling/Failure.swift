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

extension Failure.Cause {
  /// What a person can do about it, for any message with this cause; `journalctl -x` says the same.
  package var remedy: String {
    switch self {
    case .diskFull: "free some space (df -h, df -i), or raise the quota"
    case .notPermitted:
      "let the user misfire read or write there; if the message names another owner, run the chown it shows. "
        + "The service's sandbox may hide a folder elsewhere (man misfired, FILES)"
    case .readOnly:
      "mount the file system for writing, or add ReadWritePaths= (man misfired, FILES)"
    case .inputOutput: "check for a failing disk (journalctl -k), or a network that is down"
    case .locked: "end the other process that has it; misfired waits for that"
    case .missing: "mount what is not mounted, or create what was removed"
    case .wrongKind: "move away what is in its place, such as a file where a folder should be"
    case .damaged: "the message says how to repair it: misfire verify --repair, misfire models pin"
    case .limit: "raise the limit that the message names, or end what uses so much"
    case .noDecoder: "install misfire again; the user misfire must be able to run misfire-decode"
    case .unusableData: "the pictures or rows do not fit the settings; the message says what would"
    case .wrongSettings: "correct the line named in the message, then: systemctl reload misfired"
    case .alreadyRunning:
      "nothing while misfire verify --repair runs; otherwise stop the other daemon, or give this one its own "
        + "state_path; misfired waits for that"
    case .unknown: "please report it, with the message"
    }
  }
}
