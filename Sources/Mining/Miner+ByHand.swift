internal import Corpus
package import Detecting
internal import Foundation
package import SystemPackage

// Pictures that stay where they are: somebody named them, or they were mined before, or another machine mines them.

extension Miner {
  /// Mines pictures where they are, again if they are known already, and acknowledges them together.
  /// - Parameters:
  ///   - areNegatives: each picture as it is, resized to the window, is a hard negative, whatever the detector
  ///     says of it.
  ///   - isDryRun: looks only; nothing is kept.
  /// - Returns: a report a picture, in their order.
  /// - Throws: what is wrong with the machine, or that there is no model.
  package func mine(
    _ pictures: [FilePath], areNegatives: Bool = false, isDryRun: Bool = false
  ) throws -> [PictureReport] {
    try mine(
      pictures, areNegatives: areNegatives, isDryRun: isDryRun, AwaitedSurroundings(of: self))
  }

  /// The same, as one part of a batch.
  /// - Parameter surroundings: of the whole batch.
  package func mine(
    _ pictures: [FilePath], areNegatives: Bool, isDryRun: Bool,
    _ surroundings: AwaitedSurroundings
  ) throws -> [PictureReport] {
    try mine(
      pictures, areNegatives ? .chosenAsNegative : .chosen, isDryRun: isDryRun, surroundings)
  }

  /// Mines pictures that were dropped in before and are kept, again; those that have vanished are
  /// left out.
  package func remine(_ pictures: [FilePath]) throws -> [PictureReport] {
    try mine(pictures, .keptAfterDrop, isDryRun: false, AwaitedSurroundings(of: self))
  }

  /// Scans pictures where they are, each once, and keeps nothing of them: the part of the way that needs no ledger.
  /// - Parameter isChosen: whether somebody answers for the pictures; otherwise they are looked at as dropped ones are.
  /// - Returns: what was seen, in their order.
  /// - Throws: what is wrong with the machine, or that there is no model.
  package func scanApart(_ pictures: [FilePath], isChosen: Bool) throws -> [ScannedPicture] {
    _ = try objectPictures.hash()
    return try scanAll(pictures, isChosen ? .chosen : .listed, AwaitedSurroundings(of: self))
  }

  private func mine(
    _ pictures: [FilePath], _ occasion: Occasion, isDryRun: Bool,
    _ surroundings: AwaitedSurroundings
  ) throws -> [PictureReport] {
    let scanned = try scanAll(pictures, occasion, surroundings).filter {
      occasion.isChosen || !$0.hasVanished
    }
    guard !isDryRun else { return scanned.map { PictureReport($0) } }
    let reports = try acknowledge(scanned)
    try ledger.recordKept(
      reports.filter { $0.fate == .mined }.map { ($0.sha256!, absolute($0.picture)) })
    return reports
  }

  private func scanAll(
    _ paths: [FilePath], _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> [ScannedPicture] {
    try scan(paths, occasion, surroundings).map { $0! }
  }
}

/// The path from the root, so that it can be found again from anywhere.
private func absolute(_ path: FilePath) -> FilePath {
  FilePath(FileManager.default.currentDirectoryPath).pushing(path).lexicallyNormalized()
}
