package import Corpus
package import Mining
internal import Settings
internal import Text

extension Miner {
  /// A hard negative is retired if this many generations did not need it.
  private static let judgeCount = 3

  /// Keeps the feature file within `hn_max_rows`: if there are more hard negatives, retires those that the last generations
  /// did not need. Call it after a training.
  /// - Returns: nil if there are not too many.
  /// - Throws: if the machine fails or the feature file is unusable; the next seal finishes what was begun.
  package func retireHardNegatives() throws -> FeatureFile.Retired? {
    guard let limit = setup.mining.maximumRows else { return nil }
    return try featureFile.retire(beyond: limit, in: ledger) {
      let usable = try ledger.generations().map(\.number).reversed().lazy
        .filter { self.models.isUsable($0, for: self.setup.hog) }
      return try Array(usable.prefix(Self.judgeCount)).map {
        ($0, try models.model($0, for: setup.hog).svm)
      }
    }
  }
}

extension FeatureFile.Retired {
  /// How many were retired.
  package var inWords: String {
    """
    retired \(count.counted("hard negative")) that the last generations did not use; \(remaining.grouped) \
    stay in the HDF5 file
    """
  }

  /// How many there are too many, and what to do; nil if none.
  package var excessInWords: String? {
    guard excess > 0 else { return nil }
    return """
      the HDF5 file holds \(excess.counted("hard negative")) more than hn_max_rows, because the last generations still use \
      them: raise hn_max_rows
      """
  }
}
