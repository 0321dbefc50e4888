import Durable
import TestSupport

/// When to kill a daemon.
enum KillMoment: Sendable {
  /// As soon as it has done this step.
  case step(FaultPoint)
  /// This long after it was started.
  case time(Duration)
}

/// A stage in a site's life during which the daemon is killed.
enum Act: CaseIterable {
  /// Pictures arrive, good and bad. Trainings run meanwhile, but the first generation is pinned, so that the result
  /// does not depend on timing.
  case mining
  /// The second generation is pinned instead, re-mines all kept pictures, and mines new arrivals.
  case remining
  /// Each training goes live while pictures arrive.
  case living

  /// The steps that are always reached.
  var steps: [FaultPoint] {
    switch self {
    case .mining:
      [
        .pictureRead, .scanned, .acknowledged, .renamed, .moved, .placed,
        .refusalRecorded, .refusalMoved, .refusalExplained, .refusalPlaced,
        .trained, .generationClaimed, .modelKept, .trainingRecorded,
        .sealed, .draftWritten, .draftSynchronized, .replaced,
      ]
    case .remining:
      // In this order: once the pass is recorded, there is no other.
      [.remined, .acknowledged, .remined, .reminingRecorded]
    case .living:
      [
        .trained, .generationClaimed, .modelKept, .promotionBegun, .classifierReplaced,
        .promotionFinished, .replaced, .sealed, .retired, .left,
      ]
    }
  }

  /// The number of kills at random times.
  var randomCount: Int {
    switch self {
    case .mining: 4
    case .remining: 2
    case .living: 4
    }
  }

  /// The additional steps reached if the feature file has segments, in this order. The first is reached only once.
  var stepsOfSegments: [FaultPoint] {
    self == .mining ? [.segmentLinked, .segmentWritten] : []
  }

  /// The kills of this act, the last one first.
  func moments(isGrown: Bool, using random: inout SeededGenerator) -> [KillMoment] {
    let times = (0..<randomCount).map { _ in
      KillMoment.time(.milliseconds(Int.random(in: 0..<400, using: &random)))
    }
    let more = isGrown ? stepsOfSegments : []
    let steps = steps.map { KillMoment.step($0) }
    return
      (self == .remining ? times + steps.reversed() : (times + steps).shuffled(using: &random))
      + more.reversed().map { .step($0) }
  }
}
