internal import Synchronization

/// The progress of a long task.
package struct TaskProgress: Sendable, Equatable {
  /// What is counted, in the plural: "pictures mined".
  package let task: String
  package let done: Int
  package let total: Int

  package init(task: String, done: Int, total: Int) {
    self.task = task
    self.done = done
    self.total = total
  }
}

extension TaskProgress {
  /// - Parameter share: the fraction of a training that is done, in 0...1.
  package init(percentOfTraining share: Double) {
    self.init(task: "percent of the training", done: Int(100 * min(max(share, 0), 1)), total: 100)
  }
}

/// Receives a task's progress. It is called often and from any thread.
package typealias ProgressHandler = @Sendable (TaskProgress) -> Void

/// Counts the work done by several threads.
package final class ProgressCounter: Sendable {
  private let task: String
  private let total: Int
  private let done = Mutex(0)
  private let handler: ProgressHandler

  package init(_ task: String, total: Int, _ handler: @escaping ProgressHandler) {
    self.task = task
    self.total = total
    self.handler = handler
  }

  package func advance() {
    done.withLock {
      $0 += 1
      handler(TaskProgress(task: task, done: $0, total: total))
    }
  }
}
