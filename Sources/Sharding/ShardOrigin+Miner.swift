internal import Corpus
internal import Detecting
internal import Evaluation
internal import Mining
internal import Settings

extension ShardOrigin {
  /// Identifies the pictures that copies were recognised by.
  static let objects = "image_dataset"

  /// Everything that determines this miner's results.
  /// - Throws: if there is no model, or if the machine fails.
  init(of miner: Miner, isChosen: Bool, shards: Int) throws {
    let (detector, setup) = (try miner.requireDetector(), miner.setup)
    var values: [String: String] = [
      "hn_window_step": "\(setup.mining.windowStep)",
      "hn_pyramid_scale": "\(setup.mining.pyramidScale)",
      "hn_max_per_image": setup.mining.maximumPerPicture.map { "\($0)" } ?? "null",
      "hn_overlap_thresh": setup.mining.overlap.map { "\($0)" } ?? "null",
      "max_megapixels": "\(setup.reader.maximumMegapixels)",
      "validation_share": "\(setup.negatives.heldOutShare)",
      "object_clearance": setup.objects.clearance.map { "\($0)" } ?? "null",
      Self.objects: try miner.objectsFingerprint() ?? "none",
    ]
    switch setup.mining.hardness {
    case .probability(let bound): values["hn_min_probability"] = "\(bound)"
    case .margin(let bound): values["hn_min_margin"] = "\(bound)"
    }
    if !isChosen {
      values["hn_review_percentile"] = setup.mining.reviewPercentile.map { "\($0)" } ?? "null"
      values["hn_retrain_threshold"] = "\(setup.mining.retrainThreshold)"
      values["hn_validation_share"] = "\(setup.mining.heldOutShare)"
    }
    self.init(
      model: Self.model(detector), generation: detector.generation, settings: values,
      isChosen: isChosen, shards: shards)
  }

  /// Identifies a detector by what determines which windows it finds and holds back.
  static func model(_ detector: LiveDetector) -> String {
    let digest = detector.model.digest(
      with: detector.guardScanner == nil ? nil : detector.objectGuard?.detector,
      reviewMargin: detector.reviewMargin)
    return "\(digest)"
  }
}
