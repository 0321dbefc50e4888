import Corpus
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Daemon
@testable import Mining
@testable import Pictures
@testable import Scheduling
@testable import Settings
@testable import Training

@Suite struct `The metrics` {
  private func text(_ counters: Counters) -> String {
    MetricsText(
      counters: counters, stored: LedgerCounts(), retrainThreshold: 0, detector: nil
    ).text
  }

  /// They were of before, for as long as it could not be listed.
  @Test func `are written where the inbox cannot be listed`() throws {
    try withSite(["metrics_path": "\"misfire.prom\""]) { site in
      let setup = try Setup.load(site.conf)
      let session = try Session(
        Miner(setup: setup), lock: StateLock(setup.files.ledger),
        trainingMark: TrainingMark(statePath: setup.files.ledger))
      // A file in its place, as root could list a folder.
      try FileManager.default.removeItem(atPath: site.inbox.string)
      try site.write([], to: "inbox")
      _ = try session.writeMetrics(Counters())
      let metrics = try String(
        contentsOfFile: site.folder.appending("misfire.prom").string, encoding: .utf8)
      #expect(metrics.contains("misfire_generation 1\n"))
      #expect(metrics.contains("misfire_hard_negatives_since_training 0\n"))
      #expect(metrics.contains("misfire_held_out_objects "))
    }
  }

  @Test func `are in Prometheus' format: help, type, then values`() {
    var counters = Counters()
    counters.missedEvents.overflows = 2
    let text = text(counters)
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
    let text = text(counters)
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
