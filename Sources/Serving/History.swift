internal import Corpus
internal import Mining
internal import Synchronization

/// What can be undone, the last decision first.
final class History: Sendable {
  /// What windows were before a decision.
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
