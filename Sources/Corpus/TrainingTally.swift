/// The outcome of the trainings so far, in numbers.
package struct TrainingTally: Hashable, Sendable {
  /// Those that made a generation; one that came from elsewhere was not trained here.
  package let all: Int
  /// How many of the last were refused in a row.
  package let refusedInARow: Int
  /// The rows of the object that the last one learnt from; nil before the first.
  package let positives: Int?
  /// Whether a later one made no generation, because it learnt nothing from new hard negatives.
  package let hasLearntNothing: Bool
}
