internal import Durable
internal import Foundation
internal import Logging
internal import SystemPackage
internal import Systemd

/// The daemon's logger: to the journal if systemd runs it, otherwise to standard error.
func makeLogger() -> Logger {
  Logger(label: "misfired", factory: { _ in primaryHandler() })
}

/// The same, and to `misfired.log` in the folder `log_path`, if that is set.
/// - Throws: if that folder cannot be created.
func makeLogger(in folder: FilePath?) throws -> Logger {
  guard let folder else { return makeLogger() }
  try Durable.createFolder(folder)
  let file = folder.appending("misfired.log")
  return Logger(label: "misfired") { _ in
    MultiplexLogHandler([primaryHandler(), LineLogHandler(.file(file))])
  }
}

private func primaryHandler() -> any LogHandler {
  let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
  return Journal.isStandardError(journalStream: stream)
    ? JournalLogHandler(prefix: "MISFIRE") : LineLogHandler(.standardError)
}
