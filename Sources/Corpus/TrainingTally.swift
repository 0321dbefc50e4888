/// What became of the trainings so far, in numbers.
public struct TrainingTally: Hashable, Sendable {
  /// Those that made a generation.
  public let all: Int
  /// How many of the last were refused one after the other.
  public let refusedInARow: Int
  /// The rows of the object that the last one learnt from.
  public let positives: Int
  /// Whether one after these made no generation, as it learnt nothing new.
  public let isLastUnchanged: Bool
}
