internal import Corpus
package import Detecting
internal import Files
package import SystemPackage

// Pictures that stay where they are: a person named them, they were mined before, or another machine mines them.

extension Miner {
  /// Mines pictures where they are, even known ones, and acknowledges them together.
  /// - Parameters:
  ///   - areNegatives: each whole picture, resized to the window, is a hard negative, whatever the detector says.
  ///   - isDryRun: only scans; nothing is saved.
  /// - Returns: one report per picture, in their order.
  /// - Throws: if the machine fails, or there is no model.
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

  /// Mines pictures again that were dropped in before and are still there; those that have vanished are left out.
  /// - Parameters:
  ///   - goesOn: asked before each picture but the first.
  ///   - notBegun: told how many of the last ones were left out because `goesOn` was false.
  package func remine(
    _ pictures: [FilePath], while goesOn: @Sendable () -> Bool = { true },
    notBegun: (Int) -> Void = { _ in }
  ) throws -> [PictureReport] {
    let scanned = try scan(
      pictures, .keptAfterDrop, AwaitedSurroundings(of: self), while: goesOn
    ).prefix { $0 != nil }
    notBegun(pictures.count - scanned.count)
    return try record(scanned.map { $0! }, .keptAfterDrop)
  }

  /// Scans pictures where they are, each once, and saves nothing: the part of the path that needs no ledger.
  /// - Parameter isChosen: whether a person vouches for the pictures; otherwise they are treated as dropped ones.
  /// - Returns: the results, in their order.
  /// - Throws: if the machine fails, or there is no model.
  package func scanApart(_ pictures: [FilePath], isChosen: Bool) throws -> [ScannedPicture] {
    _ = try objectPictures.hash()
    return try scanAll(pictures, isChosen ? .chosen : .listed, AwaitedSurroundings(of: self))
  }

  private func mine(
    _ pictures: [FilePath], _ occasion: Occasion, isDryRun: Bool,
    _ surroundings: AwaitedSurroundings
  ) throws -> [PictureReport] {
    let scanned = try scanAll(pictures, occasion, surroundings)
    return try isDryRun
      ? scanned.filter { occasion.isChosen || !$0.hasVanished }.map { PictureReport($0) }
      : record(scanned, occasion)
  }

  private func record(_ scanned: [ScannedPicture], _ occasion: Occasion) throws
    -> [PictureReport]
  {
    let reports = try acknowledge(scanned.filter { occasion.isChosen || !$0.hasVanished })
    // A clean-up may delete beside it what was mined earlier.
    try ledger.recordKept(
      reports.filter { $0.fate == .mined }.map { ($0.sha256!, $0.picture.absolute) },
      unlessDeleted: occasion == .keptAfterDrop)
    return reports
  }

  private func scanAll(
    _ paths: [FilePath], _ occasion: Occasion, _ surroundings: AwaitedSurroundings
  ) throws -> [ScannedPicture] {
    try scan(paths, occasion, surroundings).map { $0! }
  }
}
