public import Detection
internal import Durable
internal import Foundation
public import SystemPackage

/// Every generation's model, and the one that is live.
///
/// A generation's file is written once and kept, refused ones too. The live model is a copy of
/// one of them at `classifier`, replaced as a whole, which any process may read at any moment.
public struct ModelStore: Sendable {
  /// Holds `0001.hdf5`, `0002.hdf5`, …
  public let folder: FilePath
  /// The live model.
  public let classifier: FilePath

  public init(folder: FilePath, classifier: FilePath) {
    self.folder = folder
    self.classifier = classifier
  }

  /// Where the model of a generation is kept.
  public func path(of generation: Int) -> FilePath {
    let digits = String(generation)
    return folder.appending(
      String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".hdf5")
  }

  /// The live model; nil before there is one.
  /// - Throws: `ModelError` where it was made for other settings or is damaged, or `HDF5Error`.
  public func live(for hog: HOGDescriptor) throws -> ModelFile? {
    guard classifier.fileSize != nil else { return nil }
    return try ModelFile(reading: classifier, for: hog)
  }

  /// The model of a generation.
  public func model(_ generation: Int, for hog: HOGDescriptor) throws -> ModelFile {
    try requireModel(generation)
    return try ModelFile(reading: path(of: generation), for: hog)
  }

  /// Takes the number of the next training run, above those of all files in the folder too.
  public func claimGeneration(in ledger: Ledger) throws -> Int {
    let generation = try ledger.claimGeneration(above: generations().max() ?? 0)
    FaultPoint.reach(.generationClaimed)
    return generation
  }

  /// The generations whose models are in the folder.
  public func generations() throws -> [Int] {
    guard folder.fileSize != nil else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.string)
      .filter { $0.hasSuffix(".hdf5") }.compactMap { Int($0.dropLast(5)) }.sorted()
  }

  /// Keeps a model and records its training run, and makes it live if it was accepted and no
  /// other is pinned.
  /// - Precondition: both have the number that `claimGeneration` gave.
  /// - Returns: whether it is live now.
  @discardableResult
  public func publish(_ model: ModelFile, _ record: GenerationRecord, in ledger: Ledger) throws
    -> Bool
  {
    precondition(model.generation == record.number, "\(record.number) is not the model's number")
    try Durable.createFolder(folder)
    try Durable.replace(path(of: record.number)) { draft in
      try model.write(to: draft)
      guard try ModelFile(reading: draft, for: model.svm.hog) == model else {
        throw ModelError(draft, .damaged, "it did not read back as it was written")
      }
    }
    FaultPoint.reach(.modelKept)
    guard record.isAccepted, try ledger.pinned() == nil else {
      try ledger.record(record)
      FaultPoint.reach(.trainingRecorded)
      return false
    }
    try ledger.beginPromotion(of: record.number, .published, record: record)
    FaultPoint.reach(.promotionBegun)
    try finishPromotion(of: record.number, in: ledger)
    return true
  }

  /// Makes an earlier generation live again and pins it, so that the next training does not undo it.
  /// - Parameter generation: nil for the last accepted one before the live one.
  /// - Returns: the generation that is live now.
  public func rollBack(to generation: Int? = nil, for hog: HOGDescriptor, in ledger: Ledger)
    throws -> Int
  {
    let target = try generation ?? lastAccepted(before: ledger.live() ?? .max, in: ledger)
    try promote(target, .rolledBack, for: hog, in: ledger)
    return target
  }

  /// Makes a generation live and keeps it so whatever is trained.
  /// - Parameter generation: nil for the live one.
  /// - Returns: the generation that is live now.
  public func pin(_ generation: Int? = nil, for hog: HOGDescriptor, in ledger: Ledger) throws
    -> Int
  {
    guard let target = try generation ?? ledger.live() else {
      throw ModelError(classifier, .unknownGeneration, "no generation is live yet: train one first")
    }
    try promote(target, .pinned, for: hog, in: ledger)
    return target
  }

  /// Lets the next accepted training go live again.
  /// - Returns: the generation that was pinned; nil where none was.
  @discardableResult
  public func unpin(in ledger: Ledger) throws -> Int? {
    try ledger.unpin()
  }

  /// Finishes what a crash cut off while a generation was going live.
  /// - Returns: the generation that is live now because of it; nil where nothing was cut off.
  @discardableResult
  public func recover(in ledger: Ledger) throws -> Int? {
    guard let generation = try ledger.promoting() else { return nil }
    try finishPromotion(of: generation, in: ledger)
    return generation
  }

  private func promote(
    _ generation: Int, _ kind: Promotion.Kind, for hog: HOGDescriptor, in ledger: Ledger
  ) throws {
    // Read first: a model that cannot be used must not go live.
    _ = try model(generation, for: hog)
    try ledger.beginPromotion(of: generation, kind, pinning: true)
    try finishPromotion(of: generation, in: ledger)
  }

  private func finishPromotion(of generation: Int, in ledger: Ledger) throws {
    try requireModel(generation)
    let bytes = try Data(contentsOf: URL(filePath: path(of: generation).string))
    try Durable.createFolder(classifier.removingLastComponent())
    try Durable.write(bytes, to: classifier)
    FaultPoint.reach(.classifierReplaced)
    try ledger.finishPromotion(of: generation)
    FaultPoint.reach(.promotionFinished)
  }

  private func requireModel(_ generation: Int) throws(ModelError) {
    guard path(of: generation).fileSize != nil else {
      throw ModelError(
        path(of: generation), .unknownGeneration,
        "there is no model of generation \(generation): `misfire models list` shows those there are"
      )
    }
  }

  private func lastAccepted(before live: Int, in ledger: Ledger) throws -> Int {
    let earlier = try ledger.generations().last { $0.isAccepted && $0.number < live }
    guard let earlier else {
      throw ModelError(
        folder, .unknownGeneration, "there is no earlier generation to go back to")
    }
    return earlier.number
  }
}
