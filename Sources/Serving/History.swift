internal import Corpus
internal import Mining
internal import Synchronization

/// The decisions that can be undone, at most 1000; the latest is undone first.
final class History: Sendable {
  /// The windows that a decision changed, grouped by their decision before it.
  typealias Step = [Decision: [MinedWindow.ID]]

  private let steps = Mutex<[Step]>([])
  private static let limit = 1000

  func add(_ step: Step) {
    guard !step.isEmpty else { return }
    steps.withLock { steps in
      steps.append(step)
      if steps.count > Self.limit { steps.removeFirst() }
    }
  }

  func takeLast() -> Step? { steps.withLock { $0.popLast() } }
}
