package import Corpus
internal import Detecting
internal import Settings

/// A training run, and whether its model is in use.
package struct GenerationState: Sendable {
  package let record: GenerationRecord
  package let isLive: Bool
  /// Whether it stays live whatever is trained.
  package let isPinned: Bool
  /// Whether it is or was live.
  package let wasLive: Bool
}

/// No training run has this number.
package struct NoGeneration: Error, CustomStringConvertible {
  package let number: Int

  package var description: String {
    "there is no generation \(number); `misfire models list` shows them"
  }
}

extension Miner {
  /// Every training run, oldest first.
  package func generations() throws -> [GenerationState] {
    let (live, pinned) = (detector?.generation, try ledger.pinned())
    let promoted = Set(try ledger.promotions().map(\.generation))
    return try ledger.generations().map {
      GenerationState(
        record: $0, isLive: $0.number == live, isPinned: $0.number == pinned,
        wasLive: promoted.contains($0.number))
    }
  }

  /// One training run.
  /// - Throws: `NoGeneration` if there is none of that number.
  package func generation(_ number: Int) throws -> GenerationState {
    guard let found = try generations().first(where: { $0.record.number == number }) else {
      throw NoGeneration(number: number)
    }
    return found
  }

  /// Every change of the live model, oldest first.
  package func promotions() throws -> [Promotion] {
    try ledger.promotions()
  }

  /// Makes an earlier generation live again and pins it, so that no training undoes it.
  /// - Parameter generation: nil: the last accepted one before the live one.
  /// - Returns: the generation that is live now.
  package func rollBack(to generation: Int?) throws -> Int {
    let target = try models.rollBack(to: generation, for: setup.hog, in: ledger)
    try adoptLiveModel()
    return target
  }

  /// Makes an earlier generation live again until the next training is accepted.
  package func goBack(to generation: Int) throws {
    _ = try models.rollBack(to: generation, isPinned: false, for: setup.hog, in: ledger)
    try adoptLiveModel()
  }

  /// Makes a generation live and keeps it live whatever is trained.
  /// - Parameter generation: nil: the live one.
  /// - Returns: the generation that is live now.
  package func pin(_ generation: Int?) throws -> Int {
    let target = try models.pin(generation, for: setup.hog, in: ledger)
    try adoptLiveModel()
    return target
  }

  /// Lets the next accepted training go live again.
  /// - Returns: the generation that was pinned; nil if none was.
  package func unpin() throws -> Int? {
    try models.unpin(in: ledger)
  }
}
