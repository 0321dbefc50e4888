internal import Corpus
internal import Detecting
internal import Durable
internal import Settings

/// A request that cannot succeed on any machine.
package struct WrongCall: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

/// This machine failed; the same call can succeed on another, or later.
struct MachineFailing: Error, CustomStringConvertible {
  let description: String
}

/// The exit status of a cluster task that failed. It tells the scheduler whether to retry the task.
package enum TaskStatus {
  /// `EX_USAGE` of sysexits(3): the call is wrong on any machine.
  package static let wrongCall: Int32 = 64
  /// `EX_TEMPFAIL`: the machine, the disk or the network failed.
  package static let tryAgain: Int32 = 75

  package static func of(_ error: any Error) -> Int32 {
    switch error {
    case is SettingsError: SettingsError.exitStatus
    case is WrongCall, is NoModel, is ModelError, is ForeignFile: wrongCall
    case let error as ShardError where error.cause == .otherOrigin: wrongCall
    default: tryAgain
    }
  }
}
