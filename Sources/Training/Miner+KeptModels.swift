internal import Corpus
package import Mining
internal import Settings

extension Miner {
  /// Deletes models that need not be kept because of `models_keep`. Call it after a training.
  /// - Returns: how many were deleted.
  @discardableResult
  package func deleteModels() throws -> Int {
    guard let count = setup.files.keptModels else { return 0 }
    return try models.deleteModels(keeping: count, and: Set(bestSoFar()), in: ledger)
  }
}
