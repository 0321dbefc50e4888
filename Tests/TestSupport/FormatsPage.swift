import Foundation
import Synchronization

/// docs/formats-read.md: which kinds of files are read, and the messages with which others are refused.
///
/// Each section is a table that a test generates from what actually happened to its files, one row per file.
/// `MISFIRE_WRITE_REFERENCE=1 swift test` rewrites the page.
package enum FormatsPage {
  /// One kind of file, and what happened to it.
  package struct Row: Sendable {
    let kind: String
    let outcome: String

    /// - Parameters:
    ///   - kind: what the file is, in plain words.
    ///   - outcome: what was read from it, or the message with which it was refused.
    package init(_ kind: String, _ outcome: String) {
      self.kind = kind
      self.outcome = outcome
    }

    fileprivate var line: String {
      "| \(kind) | \(outcome) |".replacing("\n", with: " ")
    }
  }

  private static let url = Python.packageFolder.appending(path: "docs/formats-read.md")
  private static let isBeingWritten = Mutex(())

  /// Compares a section of the page with what happened.
  /// - Parameters:
  ///   - title: the section's heading. A new section is added at the end.
  ///   - introduction: what applies to all rows.
  /// - Returns: nil if the page matches; otherwise what to do.
  package static func difference(
    inSection title: String, _ introduction: String, _ rows: [Row]
  ) throws -> String? {
    let section = """
      ## \(title)

      \(introduction)

      | kind | result |
      |---|---|
      \(rows.map(\.line).joined(separator: "\n"))

      """
    return try isBeingWritten.withLock { _ in
      var sections = try String(contentsOf: url, encoding: .utf8).split(separator: /\n(?=## )/)
        .map { $0.trimmingCharacters(in: .newlines) + "\n" }
      let place = sections.firstIndex { $0.hasPrefix("## \(title)\n") }
      if place.map({ sections[$0] }) == section { return nil }
      guard ProcessInfo.processInfo.environment["MISFIRE_WRITE_REFERENCE"] != nil else {
        return """
          the section “\(title)” of docs/formats-read.md is out of date: \
          MISFIRE_WRITE_REFERENCE=1 scripts/run-tests --filter FormatsRead
          """
      }
      if let place { sections[place] = section } else { sections.append(section) }
      try sections.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8)
      return nil
    }
  }
}
