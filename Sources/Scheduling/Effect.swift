package import Files
package import Mining
package import Settings
package import Systemd

/// What the daemon is to do. Each effect above the line is answered by one event, whenever it is done.
package enum Effect: Sendable {
  // One at a time, on the thread that mines.
  case readSettings
  /// Opens what the settings name, in place of what is open.
  indirect case open(Setup)
  /// Lists the inbox and fills the queue.
  indirect case list(WorkQueue)
  /// Mines pictures; the first alone where it is suspected of having crashed an earlier process.
  case mine(ArraySlice<FolderEntry>)
  /// Looks at some kept pictures again.
  case remine(limit: Int)
  case seal
  /// Switches to the model that is published now, unless its file is the one known.
  case adopt(known: FolderEntry?)
  case record(MissedEvents)
  indirect case writeMetrics(Counters)

  // Beside it, each on a thread of its own.
  case train(TrainingBudget)
  case writeReport
  case cleanUp
  /// Decodes a picture that takes long, so that it is mined as others are.
  case decodeSlow(FolderEntry)

  // ---

  indirect case tell(News)
  /// Writes down that the log has told of all pictures that were mined.
  case noteTold
  case notify(ServiceNotification)
  indirect case show(StatusLine)
  /// An event is to come by then, `woke` if no other; replaces an earlier one.
  case wake(at: ContinuousClock.Instant)
  indirect case end(EndStatus)

  package enum EndStatus: Sendable, Equatable {
    case done
    /// A training or a report is going on, and is abandoned.
    case abandoning
    /// It cannot start, and waiting does not mend that.
    case cannotStart(Failure)
  }
}
