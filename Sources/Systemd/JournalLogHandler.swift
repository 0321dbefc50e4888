package import Logging

/// Logs to the journal, with one field per metadata entry.
///
/// With the prefix `MISFIRE`, the metadata `hard_negatives` becomes the field `MISFIRE_HARD_NEGATIVES`. `message_id`
/// becomes `MESSAGE_ID`, which `journalctl -x` uses to find the catalog's explanation.
/// - SeeAlso: systemd.journal-fields(7).
package struct JournalLogHandler: LogHandler {
  /// Where entries go; tests pass their own function.
  let send: @Sendable ([Journal.Field]) -> Void
  let prefix: String
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]

  /// - Parameter prefix: capital letters that begin the names of this program's own fields.
  package init(prefix: String) {
    self.init(prefix: prefix, send: Journal.send)
  }

  init(prefix: String, send: @escaping @Sendable ([Journal.Field]) -> Void) {
    self.prefix = prefix
    self.send = send
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let own = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
    send(
      [
        Journal.Field("MESSAGE", "\(event.message)"),
        Journal.Field("PRIORITY", "\(event.level.priority)"),
      ]
        + own.sorted { $0.key < $1.key }.map { key, value in
          Journal.Field(fieldName(key), "\(value)")
        })
  }

  private func fieldName(_ key: String) -> String {
    if key == "message_id" { return "MESSAGE_ID" }
    let letters = key.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): Character(Unicode.Scalar(byte - 32))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        Character(Unicode.Scalar(byte))
      default: Character("_")
      }
    }
    return String((prefix + "_" + letters).prefix(64))
  }
}

extension Logger.Level {
  /// The priority in syslog(3): 2 is critical, 7 is debug.
  var priority: Int {
    switch self {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
