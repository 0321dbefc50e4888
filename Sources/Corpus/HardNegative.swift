package import Detection

/// A window of a negative picture on which the detector misfired.
package struct HardNegative: Hashable, Sendable {
  /// Where it lies in the picture, in the picture's pixels.
  package var box: Box
  /// The pyramid layer it was found in; 0 is the picture itself.
  package var layer: Int
  /// w·x + b by the model that mined it.
  package var margin: Double
  /// Platt's probability of that margin, in 0...1.
  package var probability: Double
  /// Whether it looks so much like the object that a person should decide before it is used.
  package var isSetAside: Bool

  package init(
    box: Box, layer: Int, margin: Double, probability: Double, isSetAside: Bool = false
  ) {
    self.box = box
    self.layer = layer
    self.margin = margin
    self.probability = probability
    self.isSetAside = isSetAside
  }
}

/// A hard negative in the ledger.
package struct HardNegativeRecord: Hashable, Sendable, Identifiable {
  /// The state of a hard negative.
  package enum Verdict: String, Sendable, CaseIterable {
    /// It is trained on.
    case kept
    /// It waits for a person, who says whether it shows the object.
    case setAside = "set_aside"
    /// A person left it out; it stays known so that it is not mined again.
    case skipped = "rejected"
    /// A person said that it shows the object, so it is trained on as one.
    case object
    /// Its picture was forgotten, or is gone; it is deleted when its row has left the feature file.
    case withdrawn
    /// The last generations did not need it, so its row left the feature file.
    case retired
  }

  /// Grows with every acknowledged hard negative; decisions do not change it.
  package let id: Int64
  /// Its position in the order of sealing: a feature file that is sealed through some turn contains every one up to it. Its
  /// id, or a higher number that a person's decision gave it.
  package let turn: Int64
  /// The picture's id in the ledger.
  package let picture: Int64
  package let hardNegative: HardNegative
  /// The generation whose model misfired; nil for a model that has no number.
  package let generation: Int?
  package let verdict: Verdict
  /// Its row in the feature file's `hard_negatives`; nil until it has been sealed.
  package let row: Int?
  /// `FeatureBlob.digest` of that row; nil until it has been sealed, and if an earlier release sealed it.
  var digest: Int64?
}
