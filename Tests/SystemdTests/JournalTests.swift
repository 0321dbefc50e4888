import Foundation
import Logging
import Synchronization
import Testing

@testable import Systemd

@Suite struct `A journal entry` {
  @Test func `carries metadata as fields, and a priority`() {
    let entries = Entries()
    var logger = entries.logger
    logger[metadataKey: "generation"] = "7"
    logger.notice(
      "mined a.jpg\nand more",
      metadata: ["hard_negatives": "12", "message_id": "0123", "generation": "8"])
    #expect(
      entries.all == [
        [
          .init("MESSAGE", "mined a.jpg\nand more"), .init("PRIORITY", "5"),
          .init("MISFIRE_GENERATION", "8"), .init("MISFIRE_HARD_NEGATIVES", "12"),
          .init("MESSAGE_ID", "0123"),
        ]
      ])
  }

  @Test(
    arguments: zip(
      [Logger.Level.trace, .debug, .info, .notice, .warning, .error, .critical],
      ["7", "7", "6", "5", "4", "3", "2"]))
  func `has the priority of its level`(level: Logger.Level, priority: String) {
    let entries = Entries()
    var logger = entries.logger
    logger.logLevel = .trace
    logger.log(level: level, "x")
    #expect(entries.all.first?.contains(.init("PRIORITY", priority)) == true)
  }

  @Test func `names its fields so that journald takes them`() {
    let entries = Entries()
    entries.logger.info(
      "x", metadata: ["naïve key-2": "y", "\(String(repeating: "k", count: 90))": ""])
    let names = entries.all.flatMap { $0.map(\.name) }
    #expect(names.contains("MISFIRE_NA__VE_KEY_2"))
    #expect(names.allSatisfy { $0.utf8.count <= 64 })
  }

  @Test func `goes nowhere without journald`() {
    Journal.send([.init("MESSAGE", "nobody hears this")])
  }

  @Test func `is written only where standard error leads to the journal`() {
    #expect(!Journal.isStandardError(journalStream: nil))
    #expect(!Journal.isStandardError(journalStream: "1:1"))
    var status = stat()
    fstat(STDERR_FILENO, &status)
    #expect(Journal.isStandardError(journalStream: "\(status.st_dev):\(status.st_ino)"))
  }
}

/// Keeps the entries that are sent.
private final class Entries: Sendable {
  private let sent = Mutex<[[Journal.Field]]>([])

  var all: [[Journal.Field]] { sent.withLock { $0 } }

  var logger: Logger {
    Logger(label: "test") { _ in
      JournalLogHandler(prefix: "MISFIRE") { fields in self.sent.withLock { $0.append(fields) } }
    }
  }
}
