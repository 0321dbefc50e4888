internal import Corpus
internal import Detecting
internal import Evaluation
internal import Mining
internal import Settings

extension ShardOrigin {
  /// The name of what copies of image_dataset's pictures were told by.
  static let objects = "image_dataset"

  /// What this miner finds by.
  /// - Throws: that there is no model, or what is wrong with the machine.
  init(of miner: Miner, isChosen: Bool, shards: Int) throws {
    let (detector, settings) = (try miner.requireDetector(), miner.settings)
    var values: [String: String] = [
      "hn_window_step": "\(settings.hnWindowStep)",
      "hn_pyramid_scale": "\(settings.hnPyramidScale)",
      "hn_max_per_image": settings.hnMaxPerImage.map { "\($0)" } ?? "null",
      "hn_overlap_thresh": settings.hnOverlapThresh.map { "\($0)" } ?? "null",
      "max_megapixels": "\(settings.maxMegapixels)",
      "validation_share": "\(settings.validationShare)",
      "object_clearance": settings.objectClearance.map { "\($0)" } ?? "null",
      Self.objects: try miner.objectsFingerprint() ?? "none",
    ]
    switch settings.hardness {
    case .probability(let bound): values["hn_min_probability"] = "\(bound)"
    case .margin(let bound): values["hn_min_margin"] = "\(bound)"
    }
    if !isChosen {
      values["hn_review_percentile"] = settings.hnReviewPercentile.map { "\($0)" } ?? "null"
      values["hn_retrain_threshold"] = "\(settings.hnRetrainThreshold)"
      values["hn_validation_share"] = "\(settings.hnValidationShare)"
    }
    self.init(
      model: Self.model(detector), generation: detector.generation, settings: values,
      isChosen: isChosen, shards: shards)
  }

  /// Names what a detector finds and holds back.
  static func model(_ detector: LiveDetector) -> String {
    let digest = detector.model.digest(
      with: detector.guardScanner == nil ? nil : detector.objectGuard?.guardian,
      doubtedMargin: detector.doubtedMargin)
    return "\(digest)"
  }
}
