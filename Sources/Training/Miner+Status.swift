internal import Corpus
internal import Detecting
internal import Detection
internal import Files
internal import Inbox
package import Mining
internal import Settings
internal import SystemPackage
internal import Text

/// What was mined, what waits and which model is live.
package struct MiningStatus: Sendable, Encodable {
  package struct Images: Sendable, Encodable {
    package let mined, heldOut: Int
    /// The files in `hn_quarantine`. Those that were pruned are not counted, though their content stays refused.
    package let quarantined: Int
    package let forgotten, waiting: Int
    /// Those whose files were deleted because of `hn_keep_mined`.
    package let deleted: Int
  }

  package struct HardNegatives: Sendable, Encodable {
    /// In the HDF5 file, still only in the ledger, and since the last training began.
    package let total, sealed, unsealed, sinceTraining: Int
    /// Those that wait for `misfire review`, not counted above.
    package let setAside: Int
    /// Windows that a person called objects, and that are trained on as objects.
    package let objects: Int
    /// Windows that were hard negatives until `hn_max_rows` retired them.
    package let retired: Int
  }

  package let images: Images
  package let hardNegatives: HardNegatives
  /// The live model's; null before the first training.
  package let generation: Int?
  /// Whether it stays live whatever is trained.
  package let isPinned: Bool
  /// How many hard negatives that it learnt from have been taken back since: forgotten, or decided otherwise by a person.
  package let takenBack: Int
  /// How many hard negatives since the last training start the next.
  package let retrainThreshold: Int
  /// Whether more of the same pictures will not help, as the last training or a complete pass over them with the live model
  /// found; null if neither has.
  package let isSaturated: Bool?
  /// Whether training still improves the detector, and what to do if it does not.
  package let learning: Learning
  /// What daemons have found without events since the ledger was created.
  package let missedEvents: MissedEvents

  package enum CodingKeys: String, CodingKey {
    case images, hardNegatives, generation, takenBack, retrainThreshold, learning, missedEvents
    case isPinned = "pinned"
    case isSaturated = "saturated"
  }

  /// As the compiler would, but a missing generation is null.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(images, forKey: .images)
    try container.encode(hardNegatives, forKey: .hardNegatives)
    try container.encode(generation, forKey: .generation)
    try container.encode(isPinned, forKey: .isPinned)
    try container.encode(takenBack, forKey: .takenBack)
    try container.encode(retrainThreshold, forKey: .retrainThreshold)
    try container.encode(isSaturated, forKey: .isSaturated)
    try container.encode(learning, forKey: .learning)
    try container.encode(missedEvents, forKey: .missedEvents)
  }
}

extension MiningStatus {
  package var picturesInWords: String {
    "\(images.mined.grouped) mined"
      + (images.deleted > 0 ? " (\(images.deleted.grouped) deleted since)" : "")
      + ", \(images.heldOut.grouped) held out, "
      + "\(images.quarantined.grouped) in quarantine, "
      + (images.forgotten > 0 ? "\(images.forgotten.grouped) forgotten, " : "")
      + "\(images.waiting.grouped) waiting"
  }

  /// How far it is to the next training.
  package var nextTrainingInWords: String {
    "\(hardNegatives.sinceTraining.grouped) of \(retrainThreshold.grouped) hard negatives"
  }

  /// Whether to mine the same pictures again, or to train.
  package var saturationInWords: String {
    switch isSaturated {
    case true?: "more of the same kind will not help"
    case false?: "there is more to learn from them: train again"
    case nil: "not yet mined again with the live model: `misfire mine --mined`"
    }
  }
}

extension Miner {
  /// Which model is live, or why none is and what to do.
  package var liveModelInWords: String {
    guard let detector else {
      return "none: \(unusableModel.map { "\($0)" } ?? "run `misfire train`")"
    }
    return detector.generation.map { "generation \($0)" } ?? "one made by hand"
  }

  package func status() throws -> MiningStatus {
    let counts = try ledger.counts()
    let live = detector?.generation
    return MiningStatus(
      images: .init(
        mined: counts.mined, heldOut: counts.heldOut, quarantined: try quarantinedCount(),
        forgotten: counts.forgotten, waiting: try waitingCount(), deleted: counts.deleted),
      hardNegatives: .init(
        total: counts.hardNegatives, sealed: counts.sealed, unsealed: counts.unsealed,
        sinceTraining: counts.sinceTraining, setAside: counts.setAside,
        objects: counts.objects, retired: counts.retired),
      generation: live, isPinned: try live != nil && live == ledger.pinned(),
      takenBack: try live.flatMap { try ledger.generation($0) }?.takenBack ?? 0,
      retrainThreshold: setup.mining.retrainThreshold,
      isSaturated: try isSaturated(), learning: try learning(), missedEvents: try missedEvents())
  }

  /// The number of files in the inbox; 0 if there is no inbox yet.
  package func waitingCount() throws -> Int {
    do {
      return try Inbox(folder: setup.folders.inbox).listing().files.count
    } catch  where error.reason == .noSuchFileOrDirectory {
      return 0
    }
  }
}
