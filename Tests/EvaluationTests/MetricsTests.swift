import Testing

@testable import Evaluation

/// Any program can have written a model file or the ledger.
@Suite struct `Kept measures` {
  @Test(arguments: [
    #"{"objects":-1,"negatives":1,"curve":[]}"#,
    #"{"objects":9223372036854775807,"negatives":1,"curve":[]}"#,
    #"{"objects":1,"negatives":1,"log_average_miss_rate":1e300,"curve":[]}"#,
    #"{"objects":1,"negatives":1,"curve":[{"margin":0,"miss_rate":0,"false_positives_per_image":-1}]}"#,
  ])
  func `that no evaluation gives are passed over`(evaluation: String) throws {
    #expect(try GenerationMetrics(json: "{\"evaluation\":\(evaluation)}").evaluation == nil)
  }

  @Test func `may have fewer percentiles than are asked for`() throws {
    let metrics = try GenerationMetrics(json: #"{"object_margin_percentiles":[0.5]}"#)
    #expect(metrics.objectMargin(atPercentile: 0) == 0.5)
    #expect(metrics.objectMargin(atPercentile: 75) == nil)
  }
}
