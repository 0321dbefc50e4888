public import Detection

/// A window of a negative image on which the detector misfired.
public struct HardNegative: Hashable, Sendable {
  /// Where it lies in the image, in the image's pixels.
  public var box: Box
  /// The pyramid layer it was found in; 0 is the image itself.
  public var layer: Int
  /// w·x + b by the model that mined it.
  public var margin: Double
  /// Platt's probability of that margin, in 0...1.
  public var probability: Double
  /// Whether it looks so much like the object that a person should say what it is before it is used.
  public var isSetAside: Bool

  public init(
    box: Box, layer: Int, margin: Double, probability: Double, isSetAside: Bool = false
  ) {
    self.box = box
    self.layer = layer
    self.margin = margin
    self.probability = probability
    self.isSetAside = isSetAside
  }
}

/// A hard negative as the ledger knows it.
public struct HardNegativeRecord: Hashable, Sendable, Identifiable {
  /// What has become of a hard negative.
  public enum Verdict: String, Sendable, CaseIterable {
    /// It is trained on.
    case kept
    /// It waits for a person, who says whether it shows the object.
    case setAside = "set_aside"
    /// A person keeps it out; it stays known so that it is not mined again.
    case rejected
    /// It shows the object, a person said, and is trained on as such.
    case object
    /// Its picture was forgotten; it goes when its row has left the feature file.
    case withdrawn
  }

  /// Grows with every hard negative that is acknowledged; it stays whatever a person decides.
  public let id: Int64
  /// Its place among all that were ever to be sealed: a feature file that is sealed through some turn holds
  /// every one up to it. Its id, or a higher number that a person's decision gave it.
  public let turn: Int64
  /// The image's id in the ledger.
  public let image: Int64
  public let hardNegative: HardNegative
  /// The generation whose model misfired; nil for a model that has no number.
  public let generation: Int?
  public let verdict: Verdict
  /// Its row in the feature file's `hard_negatives`; nil until it has been sealed.
  public let row: Int?
}
