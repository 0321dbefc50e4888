internal import Corpus
internal import Foundation
internal import SystemPackage
internal import Text

/// A file with one line for a person watching a task: `watch cat FOLDER/*.progress`.
struct ShardProgress {
  private let path: FilePath
  private let number: ShardNumber
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var seen = 0

  private static let interval = Duration.seconds(1)

  init(_ path: FilePath, _ number: ShardNumber) {
    self.path = path
    self.number = number
  }

  /// Writes the task's progress, at most once a second. Errors are ignored, because the line is only for people.
  mutating func show(_ report: ShardReport, looked: Int, mined: Int, end: String? = nil) {
    let now = ContinuousClock.now
    seen += mined
    if end == nil, let last, last.duration(to: now) < Self.interval { return }
    last = now
    let seconds = start.duration(to: now) / .seconds(1)
    let host = ProcessInfo.processInfo.hostName
    let line = """
      \(Date().formatted(.iso8601))  \(number)  \(looked.grouped) of \(report.listed.counted("picture")) scanned, \
      \(report.pictures.grouped) of this shard: \(report.mined.grouped) mined, \
      \(report.hardNegatives.counted("hard negative")), \((report.refused + report.unreadable).grouped) unusable; \
      \((Double(seen) / max(seconds, 1e-3)).fixed(digits: 1)) a second on \(host), process \
      \(ProcessInfo.processInfo.processIdentifier)\(end.map { "; \($0)" } ?? "")

      """
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      _ = try file.closeAfter { try file.writeAll(line.utf8) }
    } catch {
      return
    }
  }
}
