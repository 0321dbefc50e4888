internal import Corpus
package import Mining
package import Training

/// What has happened since the start, in numbers: what the metrics show.
package struct Counters: Sendable {
  package private(set) var mined = 0
  package private(set) var known = 0
  package private(set) var heldOut = 0
  package private(set) var quarantined = 0
  package private(set) var leftInPlace = 0
  package private(set) var windows = 0
  package private(set) var hardNegatives = 0
  package private(set) var scanTime = Histogram()
  package private(set) var models: [TrainingReport.Fate: Int] = [:]
  package internal(set) var missedEvents = MissedEvents()
  package internal(set) var failures = 0
  package internal(set) var trainingsFailed = 0
  /// As of the last listing.
  package internal(set) var waiting = 0

  package init() {}

  package mutating func add(_ reports: [PictureReport]) {
    for report in reports {
      switch report.fate {
      case .mined:
        mined += 1
        windows += report.windows
        hardNegatives += report.hardNegatives
        scanTime.add(report.duration / .seconds(1))
      case .known: known += 1
      case .heldOut, .shown: heldOut += 1
      case .refused, .refusedAsObject: quarantined += 1
      case .unreadable, .unplaced, .unmovable: leftInPlace += 1
      // It comes again.
      case .slow: break
      }
    }
  }

  package mutating func add(_ report: TrainingReport) {
    models[report.fate, default: 0] += 1
  }
}

/// How many values are at or below each of several bounds.
package struct Histogram: Sendable {
  package static let bounds =
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]

  package private(set) var counts = [Int](repeating: 0, count: bounds.count)
  package private(set) var count = 0
  package private(set) var sum = 0.0

  package init() {}

  package mutating func add(_ value: Double) {
    count += 1
    sum += value
    for (index, bound) in Self.bounds.enumerated() where value <= bound { counts[index] += 1 }
  }
}
