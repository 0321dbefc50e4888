package import Corpus
package import Detection
package import Digest
package import SystemPackage

/// A picture after the part of its way that changes nothing: read, named by its content and, where
/// that is new, decoded and scanned.
package struct ScannedPicture: Sendable {
  package enum Result: Sendable {
    case known(ImageRecord)
    case heldOut
    case mined(windows: Int, [HardNegative], features: [Float])
    /// Held out, and only looked at, as somebody named it: nothing of it is kept.
    case shown(windows: Int, [HardNegative])
    case refused(String)
    /// It is in `image_dataset`, and refused for that.
    case object(String)
    case unreadable(Errno)
    /// It takes long to decode, and others are not to wait for it.
    case slow
  }

  package let path: FilePath
  /// Nil at most for one that is unreadable.
  package let digest: SHA256Digest?
  /// How long the file is; 0 for one that is unreadable.
  package let byteCount: Int
  package let generation: Int?
  package let result: Result
  package let duration: Duration

  package init(
    path: FilePath, digest: SHA256Digest?, byteCount: Int, generation: Int?, result: Result,
    duration: Duration
  ) {
    self.path = path
    self.digest = digest
    self.byteCount = byteCount
    self.generation = generation
    self.result = result
    self.duration = duration
  }

  /// Whether the ledger did not know the content before it was told of it.
  package var isNew: Bool {
    switch result {
    case .heldOut, .mined: true
    case .known, .shown, .refused, .object, .unreadable, .slow: false
    }
  }

  /// Why the picture goes to quarantine; nil for one that does not.
  package var refusal: String? {
    switch result {
    case .refused(let reason), .object(let reason): reason
    case .known(let record) where record.state == .quarantined: record.reason ?? "refused before"
    case .known(let record) where record.state == .forgotten: record.forgettingInWords
    case .known, .heldOut, .mined, .shown, .unreadable, .slow: nil
    }
  }

  package var isSlow: Bool {
    if case .slow = result { true } else { false }
  }

  package var isUnreadable: Bool {
    if case .unreadable = result { true } else { false }
  }

  /// Whether somebody took the picture away before it was read.
  package var hasVanished: Bool {
    if case .unreadable(.noSuchFileOrDirectory) = result { true } else { false }
  }
}

extension LiveDetector {
  /// Scans a picture for the windows this detector misfires on.
  /// - Parameters:
  ///   - objects: windows that show a pixel of these are none.
  ///   - doubt: which of them wait for a person.
  /// - Returns: hard negatives by layer, then top to bottom, then left to right.
  package func mine(
    _ picture: GrayImage, besides objects: [Box], doubt: Doubt, choice: HitChoice, threads: Int
  ) -> ScannedPicture.Result {
    let scan = scanner.scan(picture, threads: threads)
    let hits = choice.chosen(of: scan.hits(in: picture, besides: objects))
    // To ask takes longer than to mine, and where nothing was found there is nothing to keep out.
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
    return .mined(windows: scan.windows, hardNegatives, features: features)
  }

  /// Takes a picture as it is for one window on which some detector misfired.
  package func take(_ picture: GrayImage) -> ScannedPicture.Result {
    let whole = scanner.whole(picture)
    return .mined(
      windows: 1,
      [
        HardNegative(
          box: whole.box, layer: 0, margin: whole.margin,
          probability: model.sigmoid.probability(of: whole.margin))
      ], features: whole.features)
  }
}
