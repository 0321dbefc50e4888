package import Detection
package import SystemPackage

/// A detector's resolved settings: the values that each part of the program needs, and no others.
///
/// Reading a settings file produces this. Only types that own a whole detector keep it; they pass each part its own
/// value.
package struct Setup: Hashable, Sendable {
  /// The settings file.
  package let path: FilePath
  /// How a window becomes features.
  package let hog: HOGDescriptor
  /// The number of threads that mine and train.
  package let threads: Int
  /// The seed of all random choices.
  package let seed: Int
  package let folders: Folders
  package internal(set) var files: DataFiles
  package let reader: PictureReader
  package let objects: ObjectSource
  package let negatives: NegativeSource
  package let detection: DetectionPlan
  package let threshold: ThresholdChoice
  package let mining: MiningPolicy
  package let training: TrainingPlan
  /// A message about the paths that start at the working folder; nil if there are none.
  package let startInWords: String?
}

extension Settings {
  /// These settings, resolved.
  var setup: Setup {
    Setup(
      path: path, hog: hog, threads: threads, seed: randomSeed,
      folders: Folders(
        inbox: hnInbox, mined: hnMined, keptMined: hnKeepMined, quarantine: hnQuarantine,
        quarantineLimit: hnQuarantineLimit,
        quietTime: .seconds(hnSettleSeconds), paths: pathCheck),
      files: DataFiles(
        features: featuresPath, liveModel: classifierPath, ledger: statePath, models: modelsPath,
        keptModels: modelsKeep,
        log: logPath, report: reportPath, metrics: metricsPath),
      reader: PictureReader(
        maximumMegapixels: maxMegapixels, keepsColors: useColor, threads: threads),
      objects: ObjectSource(
        images: needed(\.imageDataset), annotations: imageAnnotations, className: objectClass,
        drawnShare: percentGTImages, hog: hog, offset: offset, learntOffset: learntOffset,
        isFlipped: useFlip, upsample: upsample, clearance: objectClearance),
      negatives: NegativeSource(
        images: needed(\.imageDistractions),
        isNeeded: objectClearance == nil || imageDistractions != nil,
        heldOutShare: validationShare, drawnCount: numDistractionImages,
        windowsPerPicture: numDistractionsPerImage),
      detection: DetectionPlan(
        windowStep: windowStep, pyramidScale: pyramidScale, padding: padding, upsample: upsample,
        overlap: overlapThresh, overlapMeasure: overlapMeasure, learntOffset: learntOffset),
      threshold: ThresholdChoice(minProbability: minProbability, targetFPPI: targetFPPI),
      mining: MiningPolicy(
        windowStep: hnWindowStep, pyramidScale: hnPyramidScale, hardness: hardness,
        maximumPerPicture: hnMaxPerImage, overlap: hnOverlapThresh,
        reviewPercentile: hnReviewPercentile, heldOutShare: hnValidationShare,
        batchCount: hnNumDistractionImages, retrainThreshold: hnRetrainThreshold,
        maximumRows: hnMaxRows,
        looksAgain: hnRemine),
      training: TrainingPlan(
        penalty: c, classWeight: classWeight, tolerance: validationTolerance, seed: randomSeed,
        threads: threads, memory: trainingMemory),
      startInWords: startInWords)
  }

  /// The pixels around its object that a window shows on every side: 0 if whole pictures are the objects, because
  /// nothing is around them.
  private var learntOffset: Int { imageAnnotations == nil ? 0 : offset }
}
