internal import Corpus
internal import Detecting
package import Detection
internal import Durable
package import Files
internal import Settings
package import SystemPackage
internal import Text

/// Mines all mined pictures again, with the live generation.
///
/// This one may misfire where an earlier model was right; and if it finds almost nothing new, more of the same pictures
/// will not help.
package struct Remining: Sendable {
  /// The result of a complete pass.
  package struct Report: Sendable {
    package let pictures: Int
    /// The hard negatives that were new.
    package let hardNegatives: Int
    package let saturation: Saturation
    /// How many pictures it could not mine, because they were deleted.
    package var deleted = 0
    /// Whether more of the same pictures will not help.
    package var isSaturated: Bool { saturation.isReached }

    /// One for tests and simulations.
    package static func example(pictures: Int, hardNegatives: Int) -> Report {
      Report(
        pictures: pictures, hardNegatives: hardNegatives, saturation: Saturation(ratio: 0))
    }
  }

  private let miner: Miner
  private let generation: GenerationRecord
  private var last: PictureRecord.ID = 0
  private var queue: ArraySlice<FolderEntry> = []
  private var pictureCount = 0

  /// Begins a pass, or repeats one that was interrupted.
  /// - Throws: if there is no model, or none that was trained here.
  package init(_ miner: Miner) throws {
    self.miner = miner
    guard let number = try miner.requireDetector().generation,
      let record = try miner.ledger.generation(number)
    else { throw ModelFromElsewhere(path: miner.setup.files.liveModel) }
    generation = record
    try miner.ledger.beginRemining(number)
  }

  /// The generation that mines again.
  package var generationNumber: Int { generation.number }

  /// How many pictures there are to mine.
  package var total: Int {
    get throws { try miner.ledger.counts().mined }
  }

  /// The next pictures, at most `limit`; none when the pass is complete.
  ///
  /// Those that are no longer in their place are skipped.
  package mutating func upcoming(_ limit: Int) throws -> ArraySlice<FolderEntry> {
    while queue.isEmpty {
      let page = try miner.ledger.pictures(.mined, after: last)
      guard let end = page.last else { break }
      last = end.id
      queue = page.compactMap { $0.kept.flatMap(folderEntry) }[...]
    }
    return queue.prefix(limit)
  }

  /// Mines the first `count` of the upcoming pictures. Those that cannot be used do not count as mined.
  /// - Parameter goesOn: asked before each picture but the first; if it is false, that one is upcoming again.
  @discardableResult
  package mutating func mine(_ count: Int, while goesOn: @Sendable () -> Bool = { true }) throws
    -> [PictureReport]
  {
    var begunCount = count
    let reports = try miner.remine(
      queue.prefix(count).map(\.path), while: goesOn, notBegun: { begunCount -= $0 })
    FaultPoint.reach(.remined)
    queue.removeFirst(begunCount)
    pictureCount += reports.count { $0.fate == .mined }
    return reports
  }

  /// Skips the first of the upcoming pictures.
  package mutating func passOver() {
    queue.removeFirst()
  }

  /// Records the result of the complete pass.
  /// - Returns: nil if no picture was mined, which says nothing.
  package func finish() throws -> Report? {
    guard pictureCount > 0 else { return nil }
    let plan = miner.setup.training
    let newMargins = try miner.ledger.marginsOfRemining()
    let factor = plan.classWeight.factors(
      positives: generation.positives,
      negatives: generation.negatives + generation.hardNegatives
    ).negative
    let saturation = Saturation(
      objective: max(generation.objective, .leastNormalMagnitude), newMargins: newMargins,
      penalty: plan.penalty * factor)
    try miner.ledger.record(
      ReminingRecord(
        generation: generation.number, pictures: pictureCount, hardNegatives: newMargins.count,
        ratio: saturation.ratio))
    FaultPoint.reach(.reminingRecorded)
    return Report(
      pictures: pictureCount, hardNegatives: newMargins.count, saturation: saturation,
      deleted: try miner.ledger.counts().deleted)
  }
}

extension Remining.Report {
  /// What it could not mine, after a semicolon; empty if there is nothing.
  package var deletedInWords: String {
    deleted == 0
      ? ""
      : "; without \(deleted.counted("picture")) that \(deleted == 1 ? "was" : "were") deleted because of hn_keep_mined"
  }
}

extension Miner {
  /// Whether the live generation has mined all mined pictures again; true also for a model that is not one of the ledger's
  /// generations.
  package func hasRemined() throws -> Bool {
    guard let number = detector?.generation, try ledger.generation(number) != nil else {
      return true
    }
    return try ledger.lastRemining()?.generation == number
  }
}

/// The live model is not one of this ledger's generations, so it is unknown what it was trained on.
package struct ModelFromElsewhere: Error, CustomStringConvertible {
  package let path: FilePath

  package var description: String {
    "\(path) was not trained with this ledger: run `misfire train`, or name the pictures to mine"
  }
}
