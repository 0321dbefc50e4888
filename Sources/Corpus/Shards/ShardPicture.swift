package import Digest
package import SystemPackage

/// A picture of a shard: its outcome, and its hard negatives.
package struct ShardPicture: Sendable, Equatable {
  package enum Outcome: Int, Sendable, CaseIterable {
    /// Scanned.
    case mined = 0
    /// It measures detectors, so nothing of it is learnt.
    case heldOut
    /// It is not a usable picture.
    case refused
    /// It is in image_dataset.
    case object
    /// The file cannot be read, or does not exist.
    case unreadable
    /// Another file of the shard has the same content.
    case known
  }

  package var path: FilePath
  /// Nil for one that could not be read.
  package var digest: SHA256Digest?
  package var byteCount: Int
  package var outcome: Outcome
  /// Why it was refused or could not be read; empty if it was neither.
  package var reason: String
  /// How many windows were scored.
  package var windows: Int
  /// From opening the file to the end of the scan.
  package var nanoseconds: Int
  package var hardNegatives: [HardNegative]
  /// The hard negatives' features one after another.
  package var features: [Float]

  package init(
    path: FilePath, digest: SHA256Digest?, byteCount: Int = 0, outcome: Outcome,
    reason: String = "", windows: Int = 0, nanoseconds: Int = 0,
    hardNegatives: [HardNegative] = [], features: [Float] = []
  ) {
    self.path = path
    self.digest = digest
    self.byteCount = byteCount
    self.outcome = outcome
    self.reason = reason
    self.windows = windows
    self.nanoseconds = nanoseconds
    self.hardNegatives = hardNegatives
    self.features = features
  }
}
