internal import Foundation
internal import Logging
internal import SystemPackage
internal import Text

/// Logs one line per message, to standard error or to a file.
struct LineLogHandler: LogHandler {
  enum Target: Sendable {
    case standardError
    /// Opened for every line, so that it may be rotated at any time.
    case file(FilePath)
  }

  let target: Target
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  init(_ target: Target) {
    self.target = target
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let time = Date().formatted(
      .iso8601.year().month().day().time(includingFractionalSeconds: true))
    let line = "\(time)Z \(event.level) \("\(event.message)".printable)\n"
    do {
      switch target {
      case .standardError:
        try FileDescriptor.standardError.writeAll(line.utf8)
      case .file(let path):
        let file = try FileDescriptor.open(
          path, .writeOnly, options: [.append, .create, .closeOnExec],
          permissions: [.ownerReadWrite, .groupRead])
        _ = try file.closeAfter { try file.writeAll(line.utf8) }
      }
    } catch {
      // A log that cannot be written must not stop the work, and there is nowhere to say so.
    }
  }
}
