package import Corpus
package import Detection
package import Digest
package import SystemPackage

/// A picture after the part of its path that changes nothing: read, identified by its content and, if that is new, decoded
/// and scanned.
package struct ScannedPicture: Sendable {
  /// The scan's hard negatives.
  package struct Findings: Sendable {
    /// How many windows were scored.
    package var windows = 0
    package var hardNegatives: [HardNegative] = []
    /// The hard negatives' features one after another.
    package var features: [Float] = []

    package static let none = Findings()
  }

  package let path: FilePath
  /// Nil at most for an unreadable one.
  package let digest: SHA256Digest?
  /// The file's length; 0 for an unreadable one.
  package let byteCount: Int
  package let generation: Int?
  package let fate: PictureFate
  /// None except for one that is mined or shown.
  package let findings: Findings
  package let duration: Duration

  package init(
    path: FilePath, digest: SHA256Digest?, byteCount: Int, generation: Int?, fate: PictureFate,
    findings: Findings, duration: Duration
  ) {
    self.path = path
    self.digest = digest
    self.byteCount = byteCount
    self.generation = generation
    self.fate = fate
    self.findings = findings
    self.duration = duration
  }

  /// Whether somebody removed the picture before it was read.
  package var hasVanished: Bool { fate == .unreadable(.noSuchFileOrDirectory) }
}

extension LiveDetector {
  /// Scans a picture for the windows this detector misfires on.
  /// - Parameters:
  ///   - objects: windows that show a pixel of these do not count.
  ///   - doubt: decides which of them wait for a person.
  /// - Returns: hard negatives by layer, then top to bottom, then left to right.
  package func mine(
    _ picture: GrayImage, besides objects: [Box], doubt: Doubt, choice: HitChoice, threads: Int
  ) -> ScannedPicture.Findings {
    let scan = scanner.scan(picture, threads: threads)
    let hits = choice.chosen(of: scan.hits(in: picture, besides: objects))
    // The guard takes longer than mining, and if nothing was found there is nothing to keep out.
    let showsObject =
      doubt.isGuarded && !hits.isEmpty
      && guardScanner?.showsObject(picture, besides: objects, threads: threads) == true
    let waiting = doubt.judge(hits).map { $0 || showsObject }
    let hardNegatives = zip(hits, waiting).map { hit, isDoubted in
      HardNegative(
        box: hit.box, layer: hit.layer, margin: hit.margin,
        probability: model.sigmoid.probability(of: hit.margin), isSetAside: isDoubted)
    }
    let features = scanner.features(of: hits.map(\.box), in: picture, threads: threads)
    return ScannedPicture.Findings(
      windows: scan.windows, hardNegatives: hardNegatives, features: features)
  }

  /// Takes a whole picture as one window on which some detector misfired.
  package func take(_ picture: GrayImage) -> ScannedPicture.Findings {
    let whole = scanner.whole(picture)
    return ScannedPicture.Findings(
      windows: 1,
      hardNegatives: [
        HardNegative(
          box: whole.box, layer: 0, margin: whole.margin,
          probability: model.sigmoid.probability(of: whole.margin))
      ], features: whole.features)
  }
}
