package import Corpus

extension ShardNumber {
  /// The shard of this task, from its arguments or from the scheduler that started it.
  ///
  /// `count` is needed if the scheduler does not state the number of tasks, as Kubernetes does not, or if only some
  /// of the tasks are restarted.
  /// - Parameters:
  ///   - argument: a shard such as "3/16"; nil if not given.
  ///   - count: the number of shards; nil if not given.
  ///   - environment: the process's environment.
  package init(argument: String?, count: Int?, environment: [String: String]) throws(WrongCall) {
    if let argument {
      guard let number = ShardNumber(argument) else {
        throw WrongCall(
          "--shard is \(argument); it must be K/N, with K from 0 to N−1 and N up to \(ShardNumber.mostShards)"
        )
      }
      guard count == nil || count == number.count else {
        throw WrongCall("--shard \(argument) and --shards \(count!) contradict each other")
      }
      self = number
      return
    }
    guard let task = SchedulerTask(environment) else {
      throw WrongCall(
        "give the shard with --shard K/N: there is no SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX"
      )
    }
    guard let count = count ?? task.count else {
      throw WrongCall("\(task.variable) does not say how many shards there are: add --shards N")
    }
    let index = count == task.count ? task.index : task.number
    guard let number = ShardNumber(index, of: count) else {
      throw WrongCall(
        "\(task.variable) is \(task.number), but the \(count) shards are 0 to \(count - 1)"
      )
    }
    self = number
  }

  private init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
    self.init(index, of: count)
  }
}

/// What the environment says about this task of a scheduler's job array.
private struct SchedulerTask {
  let variable: String
  /// In the scheduler's own counting.
  let number: Int
  /// Counted from 0.
  let index: Int
  /// The number of tasks; nil if the scheduler does not state it.
  let count: Int?

  init?(_ environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    if let id = number("SLURM_ARRAY_TASK_ID") {
      variable = "SLURM_ARRAY_TASK_ID"
      self.number = id
      let first = number("SLURM_ARRAY_TASK_MIN") ?? 0
      index = (id - first) / max(1, number("SLURM_ARRAY_TASK_STEP") ?? 1)
      count = number("SLURM_ARRAY_TASK_COUNT")
    } else if let id = number("JOB_COMPLETION_INDEX") {
      variable = "JOB_COMPLETION_INDEX"
      (self.number, index, count) = (id, id, nil)
    } else if let id = number("AWS_BATCH_JOB_ARRAY_INDEX") {
      variable = "AWS_BATCH_JOB_ARRAY_INDEX"
      (self.number, index, count) = (id, id, number("AWS_BATCH_JOB_ARRAY_SIZE"))
    } else {
      return nil
    }
  }
}
