package import Corpus

extension ShardNumber {
  /// The shard of this task, from the arguments or from the scheduler that started it.
  ///
  /// If a scheduler does not say how many tasks there are, as Kubernetes does not, or if only some of its tasks are started
  /// again, `count` is needed.
  /// - Parameters:
  ///   - argument: "3/16"; nil if it was not given.
  ///   - count: how many shards there are; nil if it was not given.
  ///   - environment: of the process.
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

/// What a scheduler says about one task of many.
private struct SchedulerTask {
  let variable: String
  /// As the scheduler counts.
  let number: Int
  /// From 0.
  let index: Int
  /// nil if the scheduler does not say.
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
