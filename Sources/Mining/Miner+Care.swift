public import Corpus
internal import Detection
internal import Digest
internal import Durable
internal import Settings
public import SystemPackage

extension Miner {
  /// Compares the ledger, the HDF5 file, the models and the kept pictures with one another.
  /// - Returns: everything that is wrong.
  public func verify() throws -> [Finding] {
    try Verification(ledger: ledger, features: featureFile, models: models, hog: settings.hog)
      .findings()
  }

  /// Makes the sealed hard negatives anew, from the ledger's boxes and the kept pictures; where the
  /// pictures are the same, so is every byte.
  public func rebuild() throws -> FeatureFile.Rebuilt {
    let detector = try requireDetector()
    return try featureFile.rebuildHardNegatives(from: ledger) { image, boxes in
      guard let path = image.kept else { return [] }
      let picture = try PictureBytes(reading: path)
      guard picture.digest == image.sha256 else {
        throw PictureRefused(
          path: path, reason: "this is no longer the picture that was mined; put that one back")
      }
      return detector.scanner.features(
        of: boxes, in: try picture.decoded(maximumPixels: settings.maximumPixels),
        threads: settings.threads)
    }
  }

  /// Puts quarantined pictures back into the inbox, to be tried again.
  /// - Parameter names: of files in quarantine; nil: all.
  /// - Returns: where they are now.
  public func retry(_ names: [FilePath.Component]? = nil) throws -> [FilePath] {
    try makeFolders()
    let files = try listFolder(settings.hnQuarantine).filter { entry in
      guard let name = entry.path.lastComponent, entry.kind == .file else { return false }
      return names.map { $0.contains(name) } ?? !name.string.hasSuffix(".reason.txt")
    }
    return try files.map { entry in
      let note = entry.path.sibling(".reason.txt")
      try ledger.forgetQuarantined([PictureBytes(reading: entry.path).digest])
      let place = try Durable.move(entry.path, into: settings.hnInbox)
      if folderEntry(at: note) != nil { try Durable.remove(note) }
      return place
    }
  }
}
