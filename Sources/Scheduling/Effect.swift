package import Files
package import Mining
package import Systemd

/// What the daemon should do. Each effect above the line is answered by one event, whenever it is done.
package enum Effect: Sendable {
  // On the mining thread, one at a time.
  /// Reads the settings, and opens the files they name in place of those that are open.
  /// - Parameter isSealed: whether the rows of the open ones are sealed, as other features require.
  case open(isSealed: Bool)
  /// Lists the inbox and fills the queue.
  indirect case list(WorkQueue)
  /// Mines pictures; the first alone if it is suspected of having crashed an earlier process.
  case mine(ArraySlice<FolderEntry>)
  /// Mines some mined pictures again.
  case remine(limit: Int)
  case seal
  /// Switches to the published model, unless its file is the known one.
  case adopt(known: FolderEntry?)
  case record(MissedEvents)
  /// Records for `misfire status` whether no more pictures are taken, because most of the last look like the object.
  case recordIntake(isStopped: Bool)
  indirect case writeMetrics(Counters)

  // Beside mining, each on its own thread.
  case train(TrainingBudget)
  case writeReport
  case cleanUp
  /// Decodes a slow picture, so that it can be mined like the others.
  case decodeSlow(FolderEntry)

  // ---

  indirect case tell(News)
  /// Records that the log has reported all mined pictures.
  case noteTold
  case notify(ServiceNotification)
  indirect case show(StatusLine)
  /// Sends an event at this time, `woke` if no other came; replaces an earlier one.
  case wake(at: ContinuousClock.Instant)
  indirect case end(EndStatus)

  package enum EndStatus: Sendable, Equatable {
    case done
    /// A training or a report is running, and is abandoned.
    case abandoning
    /// It cannot start with these settings, and waiting does not help.
    case wrongSettings
  }
}
