package import Detection

/// How objects are detected.
package struct DetectionPlan: Hashable, Sendable {
  /// In pixels of a layer.
  package let windowStep: Int
  package let pyramidScale: Double
  /// How many pixels of its layer a window may reach beyond the picture.
  package let padding: Int
  /// How many times larger than the picture the largest layer is.
  package let upsample: Double
  /// Of two detections that overlap by more than this, the less confident one is dropped.
  package let overlap: Double
  package let overlapMeasure: OverlapMeasure
  /// The pixels around an object that its window shows.
  package let learntOffset: Int
}

/// Which windows are detections.
package struct ThresholdChoice: Hashable, Sendable {
  /// Those above this, if no threshold was chosen for `targetFPPI`.
  package let minProbability: Double
  /// The false positives per image that each training chooses a threshold for; nil: it chooses none.
  package let targetFPPI: Double?
}

/// What hard negatives are, and what is done with them.
package struct MiningPolicy: Hashable, Sendable {
  /// In pixels of a layer.
  package let windowStep: Int
  package let pyramidScale: Double
  package let hardness: Hardness
  /// The most that are kept per picture; nil: all.
  package let maximumPerPicture: Int?
  /// Of those in one picture that overlap by more than this (intersection over union), one is kept; nil: all.
  package let overlap: Double?
  /// A percentile of the held-out objects' margins; windows above it wait for a person. Nil: nothing waits.
  package let reviewPercentile: Double?
  /// The share of the inbox that is held out.
  package let heldOutShare: Double
  /// How many pictures without the object a batch draws.
  package let batchCount: Int
  /// How many new hard negatives start a training.
  package let retrainThreshold: Int
  /// The most hard negatives that stay in the feature file; nil: all.
  package let maximumRows: Int?
  /// Whether the idle daemon mines the mined pictures again with each new generation.
  package let looksAgain: Bool
}

/// How a model is trained and judged.
package struct TrainingPlan: Hashable, Sendable {
  /// C: the cost of a mistake relative to a wide margin.
  package let penalty: Double
  package let classWeight: ClassWeight
  /// How much higher than an earlier model's a new one's log-average miss rate may be.
  package let tolerance: Double
  package let seed: Int
  package let threads: Int
  /// The most bytes that the rows may take.
  package let memory: Int
}
