import Foundation
import TestSupport
import Testing

@testable import Daemon
@testable import Scheduling

@Suite struct `The journal's catalog` {
  private let entries: [String: String]

  init() throws {
    let file = Python.packageFolder.appending(path: "systemd/misfire.catalog")
    let text = try String(contentsOf: file, encoding: .utf8)
    entries = Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n-- ").dropFirst().map {
        (String($0.prefix(32)), String($0.dropFirst(33)))
      })
  }

  @Test func `explains every kind of message, and nothing else`() {
    #expect(Set(entries.keys) == Set(MessageID.allCases.map(\.rawValue)))
  }

  @Test func `has a subject and an explanation in each entry`() {
    for entry in entries.values {
      #expect(entry.hasPrefix("Subject: "))
      #expect(entry.contains("\n\n"))
    }
  }

  @Test func `says of every cause of a failure what the failure says to do`() throws {
    let entry = try #require(entries[MessageID.failing.rawValue])
    let words = entry.split { $0.isWhitespace }.joined(separator: " ")
    for cause in Failure.Cause.allCases {
      #expect(words.contains(" \(cause.rawValue) \(cause.remedy)"))
    }
  }

  @Test func `refers only to fields that some message carries`() {
    let known: Set = [
      "IMAGE", "WINDOWS", "HARD_NEGATIVES", "GENERATION", "MILLISECONDS", "COUNT",
      "POSITIVES",
      "NEGATIVES", "FOUND", "ACTIVITY", "CAUSE",
    ]
    for entry in entries.values {
      for field in entry.matches(of: /@MISFIRE_([A-Z0-9_]+)@/) {
        // journalctl only substitutes names without digits.
        #expect(known.contains(String(field.1)))
      }
    }
  }
}
