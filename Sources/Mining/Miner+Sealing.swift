internal import Corpus

extension Miner {
  /// Moves the features of acknowledged hard negatives into the HDF5 file.
  /// - Parameters:
  ///   - waiting: whether to wait for another process that writes the file, or to throw
  ///     `FileLock.Held` at once.
  ///   - progress: hears of each part of the new file that was written.
  /// - Returns: how many were moved.
  @discardableResult
  package func seal(waiting: Bool = true, progress: () -> Void = {}) throws -> Int {
    try featureFile.seal(ledger, waiting: waiting, progress: progress)
  }

  /// Whether so much is unsealed that it should not wait for a quiet moment.
  package func isSealDue() throws -> Bool {
    try featureFile.isSealDue(ledger.counts())
  }
}
