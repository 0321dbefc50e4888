import Durable
import TestSupport

/// When a daemon is killed.
enum KillMoment: Sendable {
  /// As soon as it has done this step.
  case step(FaultPoint)
  /// A while after it was started.
  case time(Duration)
}

/// A part of a site's life with kills in it.
enum Act: CaseIterable {
  /// Pictures come in, good ones and bad ones. Trainings go on beside that, but the first generation is pinned, so that
  /// what is found does not depend on when.
  case mining
  /// The second generation is pinned in its place, looks at all kept pictures again, and mines what still comes.
  case remining
  /// Each training goes live, while pictures come.
  case living

  /// The steps that are reached whatever else happens.
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
      // In this order: when the pass is recorded, there is no other.
      [.remined, .acknowledged, .remined, .reminingRecorded]
    case .living:
      [
        .trained, .generationClaimed, .modelKept, .promotionBegun, .classifierReplaced,
        .promotionFinished, .replaced, .sealed, .retired, .left,
      ]
    }
  }

  /// Kills at random times.
  var randomCount: Int {
    switch self {
    case .mining: 4
    case .remining: 2
    case .living: 4
    }
  }

  /// The steps that are reached besides where the feature file is kept in segments, in this order: the first is
  /// reached only once.
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
