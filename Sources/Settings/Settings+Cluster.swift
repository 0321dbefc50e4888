extension Settings {
  /// The same for a task of a cluster: with at most the threads that the scheduler and the machine allow, whatever
  /// `threads` says for another machine.
  func forTask(environment: [String: String]) -> Settings {
    var settings = self
    let given = ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"].lazy
      .compactMap { environment[$0].flatMap { Int($0) } }.first { $0 > 0 }
    settings.threads = min(threads, Machine.own.processors, given ?? .max)
    return settings
  }
}
