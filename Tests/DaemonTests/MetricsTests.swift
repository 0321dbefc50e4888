import Testing

@testable import Daemon
@testable import Pictures
@testable import Scheduling
@testable import Training

@Suite struct `The metrics` {
  @Test func `are in Prometheus' format: help, type, then values`() {
    var counters = Counters()
    counters.missedEvents.overflows = 2
    let text = MetricsText(counters: counters, status: nil, evaluation: nil).text
    let lines = text.split(separator: "\n")
    #expect(text.hasSuffix("\n"))
    for (index, line) in lines.enumerated() where line.hasPrefix("# HELP") {
      let name = line.split(separator: " ")[2]
      #expect(lines[index + 1].hasPrefix("# TYPE \(name) "))
      #expect(lines[index + 2].hasPrefix(name))
    }
    #expect(lines.contains("misfire_event_overflows_total 2"))
    #expect(lines.contains("misfire_pictures_total{outcome=\"mined\"} 0"))
    #expect(lines.contains("misfire_picture_seconds_bucket{le=\"+Inf\"} 0"))
  }

  @Test func `tell what became of each training`() {
    var counters = Counters()
    for (isAccepted, isLive) in [(true, true), (true, false), (false, false), (true, true)] {
      counters.add(
        TrainingReport(
          generation: 1, positives: 1, negatives: 1, hardNegatives: 0, hardNegativesLeftOut: 0,
          objective: 1, relativeGap: 0, calibration: .folds, calibrationRemark: nil,
          threshold: nil, missRate: nil, falsePositivesPerImage: nil, thresholdRemark: nil,
          objectGuard: nil,
          isAccepted: isAccepted, reason: "", isInformed: true, isLive: isLive,
          isUnchanged: false, dataLeftOut: LeftOut(), setAside: nil, seconds: 1))
    }
    counters.trainingsFailed = 3
    let text = MetricsText(counters: counters, status: nil, evaluation: nil).text
    for (outcome, count) in ["published": 2, "kept": 1, "refused": 1, "failed": 3] {
      #expect(
        text.contains("misfire_trainings_total{outcome=\"\(outcome)\"} \(count)\n"))
    }
  }

  @Test func `count a value in every bucket that it fits into`() {
    var histogram = Histogram()
    for value in [0.001, 0.003, 100] { histogram.add(value) }
    #expect(Array(histogram.counts.prefix(4)) == [1, 1, 2, 2])
    #expect(histogram.counts.last == 2)
    #expect(histogram.count == 3)
  }
}
