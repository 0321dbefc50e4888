/// What the daemon does, in order of importance in the status.
///
/// Each may fail, then pauses for a while, and is tried again until it works.
package enum Activity: String, CaseIterable, Sendable {
  /// To open the settings' files.
  case start
  /// To list the inbox.
  case list
  /// To mine pictures of the inbox.
  case mine
  /// To move hard negatives into the HDF5 file.
  case seal
  /// To clean up what is kept: to delete pictures that need not be, to give space back, and to merge segments.
  case cleanUp = "clean_up"
  /// To train the next generation.
  case train
  /// To switch to a model that another process published.
  case adopt
  /// To mine the mined pictures again.
  case remine
  /// To record in the ledger what was found without an event.
  case record
  /// To write the report.
  case report
  /// To write the metrics.
  case metrics
  /// To have the kernel report new files in the inbox.
  case watch
  /// To reload the settings.
  case reload

  /// Whether no picture is mined while it fails.
  var stopsMining: Bool { [.start, .list, .mine].contains(self) }
}
