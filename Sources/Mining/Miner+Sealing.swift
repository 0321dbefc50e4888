package import Corpus
package import Foundation

extension Miner {
  /// Moves the features of acknowledged hard negatives into the HDF5 file; waits for another process that writes it.
  package func seal() throws {
    try featureFile.seal(ledger)
  }

  /// Merges segments of a large HDF5 file if that is due: one group of them, so that the caller may do something else in
  /// between.
  /// - Parameter progress: called for each written part; it may throw to abort the merge.
  /// - Throws: `FileLock.Held` if another process is doing it, or is writing the file.
  package func mergeSegments(
    now: Date = .now, progress: () throws -> Void = {}
  ) throws -> FeatureFile.Merging {
    try featureFile.mergeSegments(now: now, progress: progress)
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
