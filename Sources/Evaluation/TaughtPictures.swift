package import Corpus
package import Digest

/// The pictures that detectors have learnt from, by their content: they can no longer measure.
package struct TaughtPictures: Sendable {
  private let ledger: Ledger
  /// Those that the features were drawn from; nil if the feature file does not say.
  package let drawn: Set<SHA256Digest>?

  package init(_ ledger: Ledger, _ features: FeatureFile) throws {
    self.ledger = ledger
    drawn = try features.drawnPictures()
  }

  /// Whether rows were drawn from the picture with this digest, or it was mined.
  package func contains(_ digest: SHA256Digest) throws -> Bool {
    if drawn?.contains(digest) == true { return true }
    guard let image = try ledger.picture(digest) else { return false }
    return image.state == .mined || image.hardNegatives > 0
  }
}
