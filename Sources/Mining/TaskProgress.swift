/// How far a long task has come.
public struct TaskProgress: Sendable, Equatable {
  /// What is being counted, in the plural: "windows described".
  public let task: String
  public let done: Int
  public let total: Int

  public init(task: String, done: Int, total: Int) {
    self.task = task
    self.done = done
    self.total = total
  }
}

/// Hears how far a task has come; called often and from any thread.
public typealias ProgressHandler = @Sendable (TaskProgress) -> Void
