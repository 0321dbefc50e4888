package import Detection

/// How objects are detected.
package struct DetectionPlan: Hashable, Sendable {
  /// In pixels of a layer.
  package let windowStep: Int
  package let pyramidScale: Double
  /// How many pixels of its layer a window can extend beyond the picture.
  package let padding: Int
  /// How many times larger than the picture the largest layer is.
  package let upsample: Double
  /// If two detections overlap by more than this, the less confident one is dropped.
  package let overlap: Double
  package let overlapMeasure: OverlapMeasure
  /// The pixels around an object that its window shows.
  package let learntOffset: Int
}

/// Which windows are detections.
package struct ThresholdChoice: Hashable, Sendable {
  /// Windows with a probability above this, if no threshold was chosen for `targetFPPI`.
  package let minProbability: Double
  /// The false positives per image for which each training chooses a threshold; nil if it chooses none.
  package let targetFPPI: Double?
}

/// Which windows are hard negatives, and what happens to them.
package struct MiningPolicy: Hashable, Sendable {
  /// In pixels of a layer.
  package let windowStep: Int
  package let pyramidScale: Double
  package let hardness: Hardness
  /// The most kept per picture; nil: all.
  package let maximumPerPicture: Int?
  /// Of hard negatives in one picture that overlap by more than this (intersection over union), one is kept; nil:
  /// all.
  package let overlap: Double?
  /// A percentile of the held-out objects' margins; windows above it wait for review. Nil: none wait.
  package let reviewPercentile: Double?
  /// The share of the inbox that is held out, in 0...1.
  package let heldOutShare: Double
  /// The number of pictures without the object that a batch draws.
  package let batchCount: Int
  /// The number of new hard negatives that starts a training.
  package let retrainThreshold: Int
  /// The most hard negatives kept in the feature file; nil: all.
  package let maximumRows: Int?
  /// Whether the idle daemon re-mines the mined pictures with each new generation.
  package let looksAgain: Bool
}

/// How a model is trained and judged.
package struct TrainingPlan: Hashable, Sendable {
  /// C of the SVM: the cost of an error relative to a wide margin.
  package let penalty: Double
  package let classWeight: ClassWeight
  /// How much higher a new model's log-average miss rate can be than an earlier one's.
  package let tolerance: Double
  package let seed: Int
  package let threads: Int
  /// The most memory that the rows can take, in bytes.
  package let memory: Int
}
