package import Detection
internal import Durable
internal import Files
package import SystemPackage

/// Every generation's model, and the live one.
///
/// A generation's file is written once and kept, refused ones too. The live model is a copy of one of them at `classifier`,
/// replaced as a whole, which any process may read at any moment. Any other file found there, a hand-made model or a
/// damaged one, is kept under another name.
package struct ModelStore: Sendable {
  /// Holds `0001.hdf5`, `0002.hdf5`, …
  package let folder: FilePath
  /// The live model.
  package let classifier: FilePath

  /// What to do about a damaged live model.
  private let remedy: String
  /// Called with the new place of a file that was at `classifier` and is not a model that was trained here.
  private let hearDisplaced: @Sendable (FilePath) -> Void

  package init(
    folder: FilePath, classifier: FilePath,
    hearDisplaced: @escaping @Sendable (FilePath) -> Void = { _ in }
  ) {
    self.folder = folder
    self.classifier = classifier
    self.hearDisplaced = hearDisplaced
    remedy =
      "`misfire models pin N` restores one of `misfire models list`, `misfire train` makes a new one"
  }

  /// A model that a person named takes the live one's place, only to be read.
  /// - Parameter folder: of the generations' models, which would do instead.
  package init(naming model: FilePath, insteadOf folder: FilePath) {
    self.folder = folder
    classifier = model
    hearDisplaced = { _ in }
    remedy = Self.adviceAboutName(folder)
  }

  /// What to do about a model that cannot be read although a person named it.
  package static func adviceAboutName(_ folder: FilePath) -> String {
    "give --model the file of a model, such as those in \(folder)"
  }

  /// Where the model of a generation is stored.
  package func path(of generation: Int) -> FilePath {
    let digits = String(generation)
    return folder.appending(
      String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".hdf5")
  }

  /// The live model; nil before there is one.
  /// - Throws: if it was made for other settings or is damaged, with what to do.
  package func live(for hog: HOGDescriptor) throws(ModelError) -> ModelFile? {
    guard classifier.fileSize != nil else { return nil }
    return try read(classifier, for: hog, orElse: remedy)
  }

  /// Why there is no live model although a generation is live, and what to do; nil if there is one, or if none ever was.
  package func missing(for hog: HOGDescriptor, in ledger: Ledger) throws -> ModelError? {
    guard classifier.fileSize == nil, let generation = try ledger.chosen() else { return nil }
    return ModelError(
      classifier, .missing,
      "it is missing, but generation \(generation) is live in the ledger: "
        + adviceToRestore(generation, for: hog))
  }

  /// What puts the live generation's model back where the file at `classifier` is missing or damaged.
  func adviceToRestore(_ generation: Int, for hog: HOGDescriptor) -> String {
    isUsable(generation, for: hog)
      ? "`misfire verify --repair` or the next start restores that one"
      : "that one cannot be used either: `misfire train` makes a new one for these settings"
  }

  /// The model of a generation.
  package func model(_ generation: Int, for hog: HOGDescriptor) throws(ModelError) -> ModelFile {
    try requireModel(generation)
    return try read(
      path(of: generation), for: hog, orElse: "choose another from `misfire models list`")
  }

  private func read(
    _ path: FilePath, for hog: HOGDescriptor, orElse remedy: String
  ) throws(ModelError) -> ModelFile {
    do {
      return try ModelFile(reading: path, for: hog)
    } catch let error as ModelError where error.cause == .otherSettings {
      throw error
    } catch {
      throw ModelError(path, unusable: error, remedy)
    }
  }

  /// Claims the number of the next training run, above those of all files in the folder too.
  package func claimGeneration(in ledger: Ledger) throws -> Int {
    let generation = try ledger.claimGeneration(above: generations().max() ?? 0)
    FaultPoint.reach(.generationClaimed)
    return generation
  }

  /// The generations whose models are in the folder.
  package func generations() throws -> [Int] {
    guard folder.fileSize != nil else { return [] }
    return try listFolder(folder).map(\.name)
      .filter { $0.hasSuffix(".hdf5") }.compactMap { Int($0.dropLast(5)) }
      .filter { (1...GenerationRecord.largestNumber).contains($0) }.sorted()
  }

  /// Stores a model and records its training run, and makes it live if it was accepted and no other is pinned.
  /// - Parameters:
  ///   - version: as in `Ledger.record`.
  ///   - promotion: as in `Ledger.record`.
  /// - Precondition: both have the number that `claimGeneration` gave.
  /// - Returns: whether it is live now.
  @discardableResult
  package func publish(
    _ model: ModelFile, _ record: GenerationRecord, rowsOf version: Int? = nil,
    judgedAfter promotion: Int64? = nil, in ledger: Ledger
  ) throws -> Bool {
    precondition(model.generation == record.number, "\(record.number) is not the model's number")
    try Durable.createFolder(folder)
    let newFile = OwnFile.new(orElse: "set another models_path")
    try Durable.replace(path(of: record.number), as: newFile) { draft in
      try model.write(to: draft)
      guard try ModelFile(reading: draft, for: model.svm.hog) == model else {
        throw ModelError(draft, .damaged, "it does not read back as written")
      }
    }
    FaultPoint.reach(.modelKept)
    return try changing(in: ledger) {
      let isGoingLive = try ledger.record(record, rowsOf: version, judgedAfter: promotion)
      FaultPoint.reach(isGoingLive ? .promotionBegun : .trainingRecorded)
      return isGoingLive
    }
  }

  /// Makes an earlier generation live again and pins it, so that the next training does not undo it.
  /// - Parameters:
  ///   - generation: nil for the last accepted one before the live one.
  ///   - isPinned: if false, the next training that is accepted goes live again.
  /// - Returns: the generation that is live now.
  package func rollBack(
    to generation: Int? = nil, isPinned: Bool = true, for hog: HOGDescriptor, in ledger: Ledger
  ) throws -> Int {
    try changing(in: ledger) {
      let target =
        try generation ?? lastAccepted(before: ledger.chosen() ?? .max, for: hog, in: ledger)
      try promote(target, .rolledBack, isPinned: isPinned, for: hog, in: ledger)
      return target
    }
  }

  /// Makes a generation live and keeps it live whatever is trained.
  /// - Parameter generation: nil for the live one.
  /// - Returns: the generation that is live now.
  package func pin(_ generation: Int? = nil, for hog: HOGDescriptor, in ledger: Ledger) throws
    -> Int
  {
    try changing(in: ledger) {
      guard let target = try generation ?? ledger.chosen() else {
        throw ModelError(
          classifier, .unknownGeneration, "no generation is live yet: train one first")
      }
      try promote(target, .pinned, for: hog, in: ledger)
      return target
    }
  }

  /// Lets the next accepted training go live again.
  /// - Returns: the generation that was pinned; nil if none was.
  @discardableResult
  package func unpin(in ledger: Ledger) throws -> Int? {
    try ledger.unpin()
  }

  /// Finishes what a crash interrupted while a generation was going live.
  /// - Returns: the generation that is live now because of it; nil if nothing was interrupted.
  @discardableResult
  package func recover(in ledger: Ledger) throws -> Int? {
    guard try ledger.promoting() != nil else { return nil }
    // Another process may have been faster.
    return try changing(in: ledger) { try ledger.promoting() }
  }

  /// Restores the live generation's model if the file at `classifier` is missing or damaged.
  ///
  /// A damaged file is kept under another name.
  /// - Returns: the generation; nil if there was no need, or its own file is damaged too.
  @discardableResult
  package func restore(for hog: HOGDescriptor, in ledger: Ledger) throws -> Int? {
    guard try ledger.live() != nil, isLiveLost(for: hog) else { return nil }
    return try changing(in: ledger) {
      // Another process may have been faster.
      guard isLiveLost(for: hog), let generation = try ledger.live(),
        isUsable(generation, for: hog)
      else { return nil }
      try ledger.beginRestoring(generation)
      if classifier.fileSize != nil {
        hearDisplaced(try Durable.move(classifier, into: classifier.removingLastComponent()))
      }
      return generation
    }
  }

  /// Whether a generation's model is undamaged, and made for these settings.
  package func isUsable(_ generation: Int, for hog: HOGDescriptor) -> Bool {
    do {
      _ = try model(generation, for: hog)
      return true
    } catch {
      return false
    }
  }

  /// Whether the file at `classifier` is missing or damaged.
  private func isLiveLost(for hog: HOGDescriptor) -> Bool {
    do {
      return try live(for: hog) == nil
    } catch {
      return error.cause != .otherSettings
    }
  }

  /// Runs `body`, and then makes the generation live that it, or interrupted work, has begun to promote, while no other
  /// process changes the live model.
  func changing<Result>(in ledger: Ledger, _ body: () throws -> Result) throws -> Result {
    try Durable.createFolder(classifier.removingLastComponent())
    return try FileLock.holding(classifier.sibling(".lock")) {
      let result = try body()
      if let generation = try ledger.promoting() {
        try finishPromotion(of: generation, in: ledger)
      }
      return result
    }
  }

  private func promote(
    _ generation: Int, _ kind: Promotion.Kind, isPinned: Bool = true, for hog: HOGDescriptor,
    in ledger: Ledger
  ) throws {
    // Read first: an unusable model must not go live.
    _ = try model(generation, for: hog)
    try ledger.beginPromotion(of: generation, kind, isPinned: isPinned)
  }

  private func finishPromotion(of generation: Int, in ledger: Ledger) throws {
    try requireModel(generation)
    let bytes = try bytes(of: generation)
    if let place = try Durable.moveAside(classifier, unless: .trainedModel) { hearDisplaced(place) }
    try Durable.write(bytes, to: classifier, as: .trainedModel)
    FaultPoint.reach(.classifierReplaced)
    try ledger.finishPromotion(of: generation)
    FaultPoint.reach(.promotionFinished)
  }

  private func bytes(of generation: Int) throws(DurableError) -> [UInt8] {
    let path = path(of: generation)
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try file.closeAfter { try file.contents(atMost: Self.largestByteCount) }
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "read", path)
    }
  }

  /// 16 GiB, far more than any model has.
  private static let largestByteCount = 1 << 34

  private func requireModel(_ generation: Int) throws(ModelError) {
    guard path(of: generation).fileSize != nil else {
      throw ModelError(
        path(of: generation), .unknownGeneration,
        "there is no model of generation \(generation); `misfire models list` shows them"
      )
    }
  }

  /// The last whose model can be used.
  private func lastAccepted(before live: Int, for hog: HOGDescriptor, in ledger: Ledger) throws
    -> Int
  {
    let earlier = try ledger.generations().last {
      $0.isAccepted && $0.number < live && isUsable($0.number, for: hog)
    }
    guard let earlier else {
      throw ModelError(
        folder, .unknownGeneration, "there is no earlier generation to go back to")
    }
    return earlier.number
  }
}
