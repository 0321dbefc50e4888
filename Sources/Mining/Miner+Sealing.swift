package import Corpus

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

  /// Merges segments of the HDF5 file where it has grown and that is due: one lot of them, so that whoever calls may do
  /// something else in between.
  /// - Parameter progress: hears of each part that was written, and may throw to give the merge up.
  /// - Throws: `FileLock.Held` where another process does it, or writes the file.
  package func mergeSegments(progress: () throws -> Void = {}) throws -> FeatureFile.Merging {
    try featureFile.mergeSegments(progress: progress)
  }

  /// Has the ledger give the disk back what it does not need any more: what a seal leaves behind that was cut off.
  package func giveBackSpace() throws {
    try ledger.giveBackSpace()
  }

  /// Whether rows wait to go into the HDF5 file, or to leave it.
  package func isSealingUnfinished() throws -> Bool {
    let counts = try ledger.counts()
    return counts.unsealed > 0 || counts.leaving > 0
  }

  /// Whether so much is unsealed that it should not wait for a quiet moment.
  package func isSealDue() throws -> Bool {
    try featureFile.isSealDue(ledger.counts())
  }
}
