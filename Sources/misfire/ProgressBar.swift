internal import Detection
internal import Glibc
internal import Pictures
internal import Synchronization
internal import Text

/// Shows progress on standard error: one line that is redrawn on a terminal, plain lines elsewhere.
///
/// A task that takes less than a second shows nothing.
final class ProgressBar: Sendable {
  private struct State {
    var task = ""
    var started = ContinuousClock.now
    var nextDrawing = ContinuousClock.now
    var isDrawn = false
  }

  private static let width = 30
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())

  /// Redraws the bar if it is time to.
  func show(_ progress: TaskProgress) {
    state.withLock { state in
      let now = ContinuousClock.now
      if state.task != progress.task {
        finishLine(&state)
        state = State(task: progress.task, started: now, nextDrawing: now + .seconds(1))
      }
      let isLast = progress.done == progress.total && state.isDrawn
      guard now >= state.nextDrawing || isLast else { return }
      state.nextDrawing = now + (isTerminal ? .milliseconds(100) : .seconds(10))
      state.isDrawn = true
      draw(progress, after: state.started.duration(to: now))
    }
  }

  /// Ends the line, so that the next output starts on its own.
  func finish() {
    state.withLock { finishLine(&$0) }
  }

  private func finishLine(_ state: inout State) {
    if state.isDrawn, isTerminal { writeToStandardError("\n") }
    state.isDrawn = false
  }

  private func draw(_ progress: TaskProgress, after elapsed: Duration) {
    let seconds = elapsed / .seconds(1)
    let rate = Double(progress.done) / seconds
    let left = Double(progress.total - progress.done) / max(rate, .leastNormalMagnitude)
    let text =
      "\(progress.task): \(progress.done) of \(progress.total), "
      + "\(rate.fixed(digits: 1))/s, "
      + (progress.done == progress.total ? "done" : "\(clock(left)) left")
    guard isTerminal else { return writeToStandardError(text + "\n") }
    let filled = Self.width * progress.done / max(progress.total, 1)
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.width - filled)
    writeToStandardError("\r\u{1B}[K\(bar) \(text)")
  }

  private func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded())
    let pair = [whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return whole < 3600
      ? pair.joined(separator: ":") : "\(whole / 3600):" + pair.joined(separator: ":")
  }
}
