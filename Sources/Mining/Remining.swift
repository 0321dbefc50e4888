internal import Corpus
public import Detection
internal import Durable
internal import Settings

/// A look at all kept pictures again, with the generation that is live now.
///
/// What an earlier model was right about, this one may misfire on; and where it finds almost nothing
/// new, more of the same pictures will not help.
public struct Remining: Sendable {
  /// What a whole look gave.
  public struct Report: Sendable {
    public let pictures: Int
    /// The hard negatives that were new.
    public let hardNegatives: Int
    public let saturation: Saturation
    /// Whether more of the same pictures will not help.
    public var isSaturated: Bool { saturation.isReached }
  }

  private let miner: Miner
  private let generation: GenerationRecord
  private var last: ImageRecord.ID = 0
  private var queue: ArraySlice<FolderEntry> = []
  private var pictureCount = 0
  private var newMargins: [Double] = []

  /// - Throws: where there is no model, or none that was trained here.
  public init(_ miner: Miner) throws {
    self.miner = miner
    guard let number = try miner.requireDetector().generation,
      let record = try miner.ledger.generation(number)
    else { throw NoModel(path: miner.settings.classifierPath) }
    generation = record
  }

  /// The generation that looks.
  public var generationNumber: Int { generation.number }

  /// How many pictures there are to look at.
  public var total: Int {
    get throws { try miner.ledger.counts().mined }
  }

  /// The pictures that come next, at most `limit`; none when all have been looked at.
  ///
  /// Those that are no longer where they were kept are passed over.
  public mutating func upcoming(_ limit: Int) throws -> ArraySlice<FolderEntry> {
    while queue.isEmpty {
      let page = try miner.ledger.images(.mined, after: last)
      guard let end = page.last else { break }
      last = end.id
      queue = page.compactMap { $0.kept.flatMap(folderEntry) }[...]
    }
    return queue.prefix(limit)
  }

  /// Mines the first `count` of the upcoming pictures.
  @discardableResult
  public mutating func mine(_ count: Int) throws -> [PictureReport] {
    let reports = try miner.mineAgain(queue.prefix(count).map(\.path))
    FaultPoint.reach(.minedAgain)
    queue.removeFirst(count)
    pictureCount += reports.count
    newMargins += reports.flatMap(\.new).filter { !$0.isSetAside }.map(\.margin)
    return reports
  }

  /// Passes over the first of the upcoming pictures.
  public mutating func passOver() {
    queue.removeFirst()
  }

  /// Writes down what the whole look gave.
  public func finish() throws -> Report {
    let settings = miner.settings
    let factor = settings.classWeight.factors(
      positives: generation.positives,
      negatives: generation.negatives + generation.hardNegatives
    ).negative
    let saturation = Saturation(
      objective: generation.objective, newMargins: newMargins, penalty: settings.c * factor)
    try miner.ledger.record(
      PassRecord(
        generation: generation.number, images: pictureCount, hardNegatives: newMargins.count,
        ratio: saturation.ratio))
    FaultPoint.reach(.passRecorded)
    return Report(
      pictures: pictureCount, hardNegatives: newMargins.count, saturation: saturation)
  }
}

extension Miner {
  /// Whether the live generation has looked at all kept pictures.
  public func hasMinedAgain() throws -> Bool {
    guard let generation = detector?.generation else { return true }
    return try ledger.lastPass()?.generation == generation
  }
}
