internal import Logging
internal import Report
internal import Settings

/// Writes the report beside mining: one at a time, and again where there was news meanwhile.
actor Reporter {
  private let queue = BlockingQueue("misfired.report")
  private var paper = Paper("report")
  /// What the next report is to be of.
  private var due: Workplace?
  private(set) var isWriting = false

  /// Has a report written soon, where the settings name a place for it.
  func write(of workplace: Workplace, log: Logger) {
    guard workplace.settings.reportPath != nil else { return }
    due = workplace
    guard !isWriting else { return }
    isWriting = true
    Task {
      while let workplace = due, let path = workplace.settings.reportPath {
        due = nil
        let result = await queue.run {
          Result { try ReportPage(of: workplace.miner).write(to: path) }
        }
        paper.take(result, log: log)
      }
      isWriting = false
    }
  }

  /// Waits until what is due is written, but not for longer than `limit`.
  func finish(within limit: Duration) async {
    let end = ContinuousClock.now + limit
    while isWriting && .now < end {
      do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
    }
  }
}
