package import Corpus
internal import Detecting
internal import Digest
internal import Durable
internal import Files
package import Foundation
internal import Pictures
internal import Settings
package import SystemPackage

/// Which pictures to forget, as a person names them.
package enum ForgettingChoice: Sendable {
  /// By a file of the same content, its current place, the name it arrived under or is kept under, or the first digits of its
  /// SHA-256.
  case pictures([FilePath])
  /// Those that first arrived within a span of time.
  case time(from: Date, through: Date)
  /// Those that this generation was the first to learn from.
  case generation(Int)
}

/// What forgetting took back.
package struct ForgettingReport: Sendable {
  package let forgotten: Forgotten
  /// The live generation, if it has learnt from what is forgotten.
  package let taughtGeneration: Int?
  /// The last accepted one before it that has not; nil if there is none.
  package let cleanGeneration: Int?
  /// From how many of the pictures `misfire extract` has drawn random negatives: these are in `features` until it runs
  /// again.
  package let drawn: Int
}

extension Miner {
  /// The pictures of a choice that are not forgotten yet, or those that are, each once.
  /// - Throws: `UnknownPicture` if a name matches no picture, or several.
  package func pictures(_ choice: ForgettingChoice, areForgotten: Bool = false) throws
    -> [PictureRecord]
  {
    let found: [PictureRecord]
    switch choice {
    case .pictures(let names): found = try names.map(picture)
    case .time(let start, let end): found = try ledger.pictures(from: start, through: end)
    case .generation(let number):
      _ = try generation(number)
      found = try ledger.picturesFirstLearnt(by: number)
    }
    var named: Set<PictureRecord.ID> = []
    return found.filter {
      ($0.state == .forgotten) == areForgotten && named.insert($0.id).inserted
    }
  }

  /// The one picture of this name.
  private func picture(named name: FilePath) throws -> PictureRecord {
    let isFile = folderEntry(at: name)?.kind == .file
    if isFile, let record = try ledger.picture(PictureBytes(reading: name).digest) { return record }
    var found = try ledger.pictures(named: name)
    if found.isEmpty, name.isRelative, name.string.count >= 6,
      name.string.allSatisfy(\.isHexDigit)
    {
      found = try ledger.pictures(sha256Prefix: name.string)
    }
    guard found.count == 1 else { throw UnknownPicture(name: name, candidates: found) }
    return found[0]
  }

  /// Takes pictures back: nothing is learnt from them any more, and their content is refused from now on. Their files stay
  /// where they are.
  /// - Parameters:
  ///   - reason: why; reported if one of them arrives again.
  ///   - isContinued: whether the report is about everything that was taken back before, too.
  package func forget(
    _ pictures: [PictureRecord], reason: String, isContinued: Bool = false
  ) throws -> ForgettingReport {
    let forgotten = try featureFile.forget(
      pictures.map(\.id), reason: reason, in: ledger)
    // Where a person's own model is live, or none for these settings, no generation is.
    let taught =
      publishedDetector?.generation == nil
      ? nil : isContinued ? forgotten.outdatedGeneration : forgotten.taughtGeneration
    return ForgettingReport(
      forgotten: forgotten, taughtGeneration: taught,
      cleanGeneration: try taught.flatMap { try ledger.cleanGeneration(before: $0) },
      drawn: try drawnNegatives(of: pictures).count)
  }

  /// Those of the pictures from which random negatives were drawn.
  private func drawnNegatives(of pictures: [PictureRecord]) throws -> Set<SHA256Digest> {
    guard let folder = setup.negatives.images.value else { return [] }
    let drawn = try featureFile.drawnPictures()?.intersection(pictures.map(\.sha256)) ?? []
    guard !drawn.isEmpty else { return [] }
    // Objects are drawn from as well: those of image_dataset are no negatives.
    let leftOut = LeftOut()
    let negativePictures = try listPictures(in: folder, leftOut)
    return drawn.intersection(
      try pictureMemory.digests(of: negativePictures, by: setup.reader, leftOut).compactMap(\.self))
  }

  /// Allows forgotten pictures again; those among the mined or quarantined ones go back to the inbox.
  /// - Returns: for each picture where it is now; nil if it was not there.
  package func undoForgetting(_ pictures: [PictureRecord]) throws -> [FilePath?] {
    try seal()
    try makeFolders()
    return try pictures.map { picture in
      try ledger.unforget([picture.id])
      guard let kept = picture.kept, folderEntry(at: kept)?.kind == .file,
        [setup.folders.mined, setup.folders.quarantine].contains(kept.removingLastComponent()),
        try PictureBytes(reading: kept).digest == picture.sha256
      else { return nil }
      if folderEntry(at: kept.reason) != nil { try Durable.remove(kept.reason) }
      return try Durable.move(kept, into: setup.folders.inbox)
    }
  }
}

/// A name that matches no picture, or several.
package struct UnknownPicture: Error, CustomStringConvertible {
  package let name: FilePath
  package let candidates: [PictureRecord]

  package var description: String {
    guard !candidates.isEmpty else {
      return """
        the ledger has no picture \(name): give its file, the name it arrived under or is kept under, or the first 6 \
        or more digits of its SHA-256
        """
    }
    return
      "\(name) is the name of \(candidates.count) pictures: give the SHA-256 of one of them\n"
      + candidates.map { "  \($0.sha256)  \($0.kept?.string ?? "")" }.joined(separator: "\n")
  }
}
