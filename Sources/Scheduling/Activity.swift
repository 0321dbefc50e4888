/// What the daemon does, in the order of what matters most to whoever looks at the status.
///
/// Each may fail, is left alone for a while then, and is tried again until it works.
package enum Activity: String, CaseIterable, Sendable {
  /// To open what the settings name.
  case start
  /// To list the inbox.
  case list
  /// To mine pictures of the inbox.
  case mine
  /// To move what was mined into the HDF5 file.
  case seal
  /// To clean up what is kept: to delete pictures that need not be, to give space back, and to merge segments.
  case cleanUp = "clean_up"
  /// To train the next generation.
  case train
  /// To switch to a model that another process published.
  case adopt
  /// To look at kept pictures again.
  case remine
  /// To tell the ledger what was found without an event.
  case record
  /// To write the report.
  case report
  /// To write the metrics.
  case metrics
  /// To have the kernel tell of new files in the inbox.
  case watch
  /// To read the settings again.
  case reload
}
