extension Settings {
  /// The settings of a cluster task: with no more threads than the scheduler and the machine allow, because `threads`
  /// may have been written for another machine.
  func forTask(environment: [String: String]) -> Settings {
    var settings = self
    let given = ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"].lazy
      .compactMap { environment[$0].flatMap { Int($0) } }.first { $0 > 0 }
    settings.threads = min(threads, Machine.own.processors, given ?? .max)
    return settings
  }
}
