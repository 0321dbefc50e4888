package import Corpus
package import Digest
package import SystemPackage

/// A hard negative of the ledger, and where its picture is.
package struct MinedWindow: Sendable, Identifiable {
  /// Its number in `review`.
  package let id: HardNegativeRecord.ID
  /// The name under which its picture was first seen.
  package let name: FilePath.Component
  /// Where the picture is; nil if it was not kept.
  package let picture: FilePath?
  package let hardNegative: HardNegative
  /// The generation whose model misfired; nil for a model that has no number.
  package let generation: Int?
  package let digest: SHA256Digest

  init(_ found: Ledger.HardNegativeOfPicture) {
    id = found.hardNegative.id
    name = found.picture.name
    picture = found.picture.kept
    hardNegative = found.hardNegative.hardNegative
    generation = found.hardNegative.generation
    digest = found.picture.sha256
  }
}

extension Miner {
  /// The hard negatives that wait for a person, the most confident first.
  /// - Parameter offset: how many of them to skip.
  package func windowsForReview(limit: Int = .max, offset: Int = 0) throws -> [MinedWindow] {
    try ledger.setAside(limit: limit, offset: offset).map(MinedWindow.init)
  }

  /// Those windows of a picture that wait for a person.
  package func windowsForReview(of picture: SHA256Digest) throws -> [MinedWindow.ID] {
    try ledger.hardNegatives(of: picture).filter { $0.verdict == .setAside }.map(\.id)
  }

  /// The pictures that arrived last, latest first, whatever their outcome.
  /// - Parameter before: only those that arrived before this one.
  package func recentPictures(limit: Int, before: PictureRecord.ID = .max) throws -> [PictureRecord]
  {
    try ledger.recentPictures(limit: limit, before: before)
  }

  /// The most confident hard negative of each picture, the most confident first.
  package func hardestWindows(limit: Int) throws -> [MinedWindow] {
    try ledger.hardest(limit: limit).map(MinedWindow.init)
  }
}
