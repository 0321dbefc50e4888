internal import Settings

/// What a training may take, after those over which the process died.
package struct TrainingBudget: Sendable, Equatable {
  /// For its rows, in bytes.
  package let memory: Int
  /// Whether that is less than the settings allow.
  package let isReduced: Bool

  /// - Parameter deaths: how often the process died while training, with these settings and since the machine started.
  init(_ settings: Settings, deaths: Int, _ limits: OperationalLimits) {
    let shift = min(2 * deaths, Int.bitWidth - 2)
    memory = min(
      settings.trainingMemory,
      max(settings.trainingMemory >> shift, limits.smallestTrainingMemory))
    isReduced = memory < settings.trainingMemory
  }
}
