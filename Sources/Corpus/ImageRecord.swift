public import Detection
public import Digest
public import Foundation
public import SystemPackage

/// What the ledger knows of one image, by its content.
public struct ImageRecord: Hashable, Sendable, Identifiable {
  public enum State: String, Sendable, CaseIterable {
    /// Scanned; its hard negatives are in the corpus.
    case mined
    /// Put by for measuring; never mined.
    case heldOut = "held_out"
    /// Could not be used; `reason` says why.
    case quarantined
    /// Taken back by a person: nothing of it is learnt from, and it is refused; `reason` says why.
    case forgotten
  }

  public let id: Int64
  public let sha256: SHA256Digest
  /// The name under which the content was first seen.
  public let name: FilePath.Component
  public let state: State
  /// The generation whose model scanned it last; nil for a model without a number, or no scan.
  public let generation: Int?
  /// The windows of the last scan.
  public let windows: Int
  /// All hard negatives it gave, those set aside and rejected included.
  public let hardNegatives: Int
  /// Why it was quarantined or forgotten.
  public let reason: String?
  /// Where the picture was moved to; nil until `Ledger.recordKept` said so.
  public let kept: FilePath?
  /// When it was first acknowledged or quarantined.
  public let time: Date
  /// When it was forgotten; nil for one that is not.
  public let forgotten: Date?
}

/// An image that has been scanned or put by, with what it gave.
public struct AcknowledgedPicture: Sendable {
  public var sha256: SHA256Digest
  public var name: FilePath.Component
  public var isHeldOut: Bool
  /// The generation whose model scanned it; nil for a model without a number.
  public var generation: Int?
  /// How many windows were scored.
  public var windows: Int
  public var hardNegatives: [HardNegative]
  /// The hard negatives' features one after another.
  public var features: [Float]
  /// The settings that the features were made for; nil where there are none.
  public var hog: HOGDescriptor?

  /// - Precondition: `features` are as many as `hog` makes for each of `hardNegatives`.
  public init(
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
