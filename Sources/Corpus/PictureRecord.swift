package import Detection
package import Digest
package import Foundation
package import SystemPackage

/// What the ledger records of one picture, identified by its content.
package struct PictureRecord: Hashable, Sendable, Identifiable {
  package enum State: String, Sendable, CaseIterable {
    /// Scanned; its hard negatives are in the corpus.
    case mined
    /// Held out for measuring; never mined.
    case heldOut = "held_out"
    /// Could not be used; `reason` says why.
    case quarantined
    /// A person forgot it: nothing is learnt from it, and it is refused; `reason` says why.
    case forgotten
  }

  package let id: Int64
  package let sha256: SHA256Digest
  /// The name under which the content was first seen.
  package let name: FilePath.Component
  package let state: State
  /// The generation whose model scanned it last; nil for a model without a number, or no scan.
  package let generation: Int?
  /// The windows of the last scan.
  package let windows: Int
  /// All hard negatives it gave, those set aside and rejected included.
  package let hardNegatives: Int
  /// Why it was quarantined or forgotten.
  package let reason: String?
  /// Where the picture was moved to; nil until `Ledger.recordKept` records it, and when it was deleted.
  package let kept: FilePath?
  /// When its file was deleted, as the settings asked; nil for one that was not.
  package let deleted: Date?
  /// When it was first acknowledged or quarantined.
  package let time: Date
  /// When it was forgotten; nil for one that is not.
  package let forgotten: Date?
}

/// An picture that has been scanned or held out, with its results.
package struct AcknowledgedPicture: Sendable {
  package var sha256: SHA256Digest
  package var name: FilePath.Component
  package var isHeldOut: Bool
  /// The generation whose model scanned it; nil for a model without a number.
  package var generation: Int?
  /// How many windows were scored.
  package var windows: Int
  package var hardNegatives: [HardNegative]
  /// The hard negatives' features one after another.
  package var features: [Float]
  /// The settings that the features were made for; nil if there are none.
  package var hog: HOGDescriptor?

  /// - Precondition: `features` has as many as `hog` makes for each of `hardNegatives`.
  package init(
    sha256: SHA256Digest, name: FilePath.Component, isHeldOut: Bool = false, generation: Int?,
    windows: Int, hardNegatives: [HardNegative] = [], features: [Float] = [],
    hog: HOGDescriptor? = nil
  ) {
    precondition(
      features.count == hardNegatives.count * (hog?.featureCount ?? 0)
        && features.isEmpty == hardNegatives.isEmpty,
      "\(features.count) features for \(hardNegatives.count) hard negatives")
    self.sha256 = sha256
    self.name = name
    self.isHeldOut = isHeldOut
    self.generation = generation
    self.windows = windows
    self.hardNegatives = hardNegatives
    self.features = features
    self.hog = hog
  }
}
