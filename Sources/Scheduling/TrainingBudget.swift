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

/// That earlier processes died while training: by a kill, for want of memory, by the watchdog, of a fault.
package struct TrainingDeaths: Sendable, Equatable {
  /// With these settings, since the machine started.
  package var count = 0
  /// Whether the process before this one did, so that the next training waits.
  package var isNew = false

  package static let none = TrainingDeaths(count: 0, isNew: false)

  package init(count: Int, isNew: Bool) {
    self.count = count
    self.isNew = isNew
  }
}
