package import Corpus
internal import Detecting
package import Detection
internal import Mining
internal import Pictures
package import Settings
internal import SystemPackage

extension Verification {
  /// Compares the files that these settings name.
  package init(of files: DataFiles, for hog: HOGDescriptor) throws {
    self.init(
      ledger: try Ledger(files.ledger, isMade: false),
      features: FeatureFile(files.features, for: hog),
      models: ModelStore(files))
  }

  /// Repairs what can be repaired: finishes what a crash interrupted, restores a live model that is missing or damaged,
  /// recomputes what was mined with other settings and waits to be sealed, and if the feature file needs it, rebuilds its hard negatives from
  /// the pictures.
  /// - Parameter isForgetting: whether to give up the hard negatives of pictures that are gone when it begins.
  /// - Returns: what was rebuilt; nil if there was no need.
  /// - Throws: `SecondDaemon` while a daemon works on the same ledger, `PictureChanged` if a
  /// picture is no longer the one that was mined, and `PicturesMissing` if some are gone that may not be given up.
  package func repair(
    in folders: Folders, _ policy: MiningPolicy, by reader: PictureReader,
    isForgetting: Bool = false
  ) throws -> FeatureFile.Rebuilt? {
    let lock = try StateLock(ledger.path)
    return try withExtendedLifetime(lock) {
      try repairAlone(in: folders, policy, by: reader, isForgetting)
    }
  }

  private func repairAlone(
    in folders: Folders, _ policy: MiningPolicy, by reader: PictureReader, _ isForgetting: Bool
  ) throws -> FeatureFile.Rebuilt? {
    try ledger.findPlaces(in: [folders.mined, folders.quarantine])
    try models.recover(in: ledger)
    try models.restore(for: hog, in: ledger)
    let broken = Set(try findings().filter { $0.remedy == .rebuilding }.map(\.path))
    if broken.isEmpty { return nil }
    let isRebuilding = broken.contains(where: features.consists(of:))
    let gone = try ledger.findPlaces(
      of: missingPictures(isRebuilding: isRebuilding),
      in: [folders.inbox, folders.mined, folders.quarantine])
    guard isForgetting || gone.isEmpty else { throw PicturesMissing(gone) }
    let givenUp = Set(gone.map(\.id))
    let scanner = PictureScanner(describing: hog, policy)
    func describe(_ picture: PictureRecord, _ boxes: [Box]) throws -> [Float] {
      let image = try content(of: picture).decoded(by: reader, maximumPixels: .max)
      return scanner.features(of: boxes, in: image, threads: reader.threads)
    }
    let described = try ledger.describeAnew(for: hog, givingUp: givenUp, describe)
    guard isRebuilding else { return described }
    return try described
      + features.rebuildHardNegatives(from: ledger, givingUp: givenUp, describe: describe)
  }

  /// - Throws: `PicturesMissing` if the picture is gone, though it was there when the repair began.
  private func content(of picture: PictureRecord) throws -> PictureBytes {
    guard let kept = picture.kept else { throw PicturesMissing([picture]) }
    do {
      return try PictureBytes(kept: kept, as: picture.sha256)
    } catch let error as PictureUnreadable where error.reason == .noSuchFileOrDirectory {
      throw PicturesMissing([picture])
    }
  }
}
