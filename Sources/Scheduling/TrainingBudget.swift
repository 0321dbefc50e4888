/// What a training may use, after trainings in which the process died.
package struct TrainingBudget: Sendable, Equatable {
  /// For its rows, in bytes.
  package let memory: Int
  /// Whether that is less than the settings allow.
  package let isReduced: Bool

  /// - Parameters:
  ///   - allowed: `training_memory`.
  ///   - deaths: how often the process died while training, with these settings and since the machine started.
  init(of allowed: Int, deaths: Int, _ limits: OperationalLimits) {
    let shift = min(2 * deaths, Int.bitWidth - 2)
    memory = min(allowed, max(allowed >> shift, limits.smallestTrainingMemory))
    isReduced = memory < allowed
  }
}
