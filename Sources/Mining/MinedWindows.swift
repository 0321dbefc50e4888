public import Corpus
internal import Detection
internal import Digest
public import SystemPackage

/// A hard negative of the ledger, and where its picture is.
public struct MinedWindow: Sendable, Identifiable {
  /// Names it for `review`.
  public let id: HardNegativeRecord.ID
  /// The name under which its picture was first seen.
  public let name: FilePath.Component
  /// Where the picture is; nil where it was not kept.
  public let picture: FilePath?
  public let hardNegative: HardNegative
  /// The generation whose model misfired; nil for a model that has no number.
  public let generation: Int?
  let digest: SHA256Digest

  init(_ found: Ledger.HardNegativeOfImage) {
    id = found.hardNegative.id
    name = found.image.name
    picture = found.image.kept
    hardNegative = found.hardNegative.hardNegative
    generation = found.hardNegative.generation
    digest = found.image.sha256
  }
}

extension Miner {
  /// The hard negatives that wait for a person, the most confident first.
  public func doubtedWindows(limit: Int = .max) throws -> [MinedWindow] {
    try ledger.setAside(limit: limit).map(MinedWindow.init)
  }

  /// The hard negatives that the models which found them were surest of, those first; of each picture one.
  public func hardestWindows(limit: Int) throws -> [MinedWindow] {
    try ledger.hardest(limit: limit).map(MinedWindow.init)
  }
}
