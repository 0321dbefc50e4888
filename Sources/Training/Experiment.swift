internal import Corpus
internal import Detecting
package import Detection
internal import Durable
package import Evaluation
internal import Files
package import Mining
package import Pictures
internal import Settings
package import SystemPackage
internal import Text

/// How many hard negatives help, and how many are too many: trains with some of the existing ones, and measures each result
/// on held-out pictures.
package struct Experiment: Sendable {
  /// The percentages of all hard negatives that are tried.
  package static let percentages = [0, 1, 2, 5, 10, 20, 50, 100]

  /// Which hard negatives are taken first.
  package enum Order: String, Sendable, Codable, CaseIterable {
    case mostConfident = "most confident"
    case random
  }

  /// One training and its result.
  package struct Trial: Sendable, Codable {
    package internal(set) var order: Order
    /// Those that it was trained with.
    package let hardNegatives: Int
    package let logAverageMissRate: Double
    package let averagePrecision: Double
    /// Above the current threshold.
    package let missRate: Double
    package let falsePositivesPerImage: Double
    /// nil for trials from before it was recorded.
    package let threshold: Threshold?
  }

  package struct Report: Sendable, Codable {
    /// The number of hard negatives when it began.
    package let hardNegatives: Int
    /// What was measured on: objects, and pictures in which misfires were counted; nil for reports from before it was
    /// recorded.
    package let objects, pictures: Int?
    /// By order, then by number.
    package let trials: [Trial]

    /// Whether there is a trial in each order, and every rate is valid.
    var isMeasured: Bool {
      let counts = [hardNegatives] + trials.map(\.hardNegatives)
      return Order.allCases.allSatisfy { order in trials.contains { $0.order == order } }
        && trials.allSatisfy { (0...1).contains($0.logAverageMissRate) }
        && counts.allSatisfy((0...1 << 48).contains)
    }

    /// The conclusion from the trials in one order.
    /// - Parameter tolerance: a difference of log-average miss rate that is not significant.
    package func conclusion(_ order: Order, tolerance: Double) -> EnoughAndTooMany {
      EnoughAndTooMany(
        measured: trials.filter { $0.order == order }.map {
          EnoughAndTooMany.Measure(
            count: $0.hardNegatives, logAverageMissRate: $0.logAverageMissRate,
            missRate: $0.missRate, falsePositivesPerImage: $0.falsePositivesPerImage)
        },
        tolerance: EnoughAndTooMany.Tolerance(
          logAverageMissRate: tolerance, objects: objects ?? 0, pictures: pictures ?? 0),
        isAtTarget: trials.allSatisfy { $0.threshold?.source == .targetFPPI })
    }
  }

  /// Too little is held out to measure with.
  package struct NotMeasurable: Error, CustomStringConvertible {
    package let description: String
  }

  private let miner: Miner

  package init(_ miner: Miner) {
    self.miner = miner
  }

  /// Where the last report is stored.
  package var path: FilePath {
    miner.setup.files.ledger.removingLastComponent().appending("experiment.json")
  }

  private static let file = OwnFile.text(
    "an experiment", orElse: "set another state_path",
    beginning: ["{\"hard_negatives\":", "{\"hardNegatives\":"])

  /// The last stored report; nil if there is none.
  /// - Throws: `Damaged` if the file is not one.
  package func lastReport() throws -> Report? {
    do {
      return try Self.report(path.firstBytes(Self.maximumByteCount), keptIn: path)
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch let reason as Errno {
      throw Unreadable(path: path, reason: reason)
    }
  }

  /// Reads the report in the file at `path`, which has these bytes.
  package static func report(_ bytes: some Sequence<UInt8>, keptIn path: FilePath) throws(Damaged)
    -> Report
  {
    do {
      let report = try Report(jsonLine: bytes)
      if report.isMeasured { return report }
    } catch {
      // The decoder's details do not help somebody who only has to run it again.
    }
    throw Damaged(path: path)
  }

  /// No report is anywhere near this long.
  private static let maximumByteCount = 1 << 20

  /// The system does not allow reading the report.
  package struct Unreadable: Error, CustomStringConvertible {
    package let path: FilePath
    package let reason: Errno

    package var description: String {
      "\(path) cannot be read: \(reason); \(reason.readingAdvice)"
    }
  }

  /// The stored report is not one.
  package struct Damaged: Error, CustomStringConvertible {
    package let path: FilePath

    package var description: String {
      "\(path) was not written by `misfire experiment`: run it again, or remove the file"
    }
  }

  /// Trains and measures; no model is published. Stores the report.
  /// - Parameter isStrict: whether to refuse data of which something must be left out.
  /// - Returns: the report, and what was left out.
  package func run(isStrict: Bool = false, progress: ProgressHandler = { _ in }) throws
    -> (Report, LeftOut)
  {
    try Self.file.require(at: path)
    try miner.seal()
    let set = try miner.heldOut()
    let all = try miner.featureFile.hardNegativeProbabilities().count
    var trials: [Trial] = []
    let counts = Self.percentages.map { (all * $0 + 99) / 100 }
    let chosen = Order.allCases.flatMap { order in
      counts.enumerated().filter { $0 == 0 || counts[$0 - 1] < $1 }.map { (order, $1) }
    }
    for (index, (order, count)) in chosen.enumerated() {
      // None and all of them are the same in any order.
      var same = count == 0 || count == all ? trials.first { $0.hardNegatives == count } : nil
      same?.order = order
      trials.append(try same ?? trial(order, count, of: all, on: set))
      progress(TaskProgress(task: "detectors trained", done: index + 1, total: chosen.count))
    }
    // Where rows left the file meanwhile, a later training may have had fewer.
    trials = Order.allCases.flatMap { order in
      trials.filter { $0.order == order }.sorted { $0.hardNegatives < $1.hardNegatives }
    }
    if isStrict { try set.leftOut.refuse() }
    let report = Report(
      hardNegatives: all, objects: set.counts.objects,
      pictures: set.negativeCount == 0 ? set.annotated.count : set.negativeCount, trials: trials)
    try Durable.write(jsonLine(report).utf8, to: path, as: Self.file)
    return (report, set.leftOut)
  }

  private func trial(_ order: Order, _ count: Int, of all: Int, on set: EvaluationSet) throws
    -> Trial
  {
    let rows = try miner.featureFile.trainingRows(
      hardNegatives: choice(order, count, of: all), objects: try miner.taughtObjects())
    let trained = try miner.learn(from: rows)
    let model = trained.model(for: miner.setup.hog)
    let choice = miner.setup.threshold
    let scores = try miner.scores(of: model, on: set)
    let measured = miner.report(
      of: scores, calibratedBy: model.sigmoid,
      Threshold(choice, model.sigmoid, scores.operatingPoint(choice)))
    guard let missRate = measured.logAverage?.value, let precision = measured.averagePrecision
    else {
      throw NotMeasurable(
        description:
          "too little is held out to measure with: \(measured.objects.counted("object")) and "
          + "\(measured.negatives.counted("picture")) without one; lower percent_gt_images, raise "
          + "validation_share")
    }
    return Trial(
      order: order, hardNegatives: rows.hardNegatives, logAverageMissRate: missRate,
      averagePrecision: precision, missRate: measured.missRate ?? 1,
      falsePositivesPerImage: measured.falsePositivesPerImage ?? 0,
      threshold: measured.threshold)
  }

  private func choice(_ order: Order, _ count: Int, of all: Int)
    -> FeatureFile.HardNegativeChoice
  {
    switch order {
    case .mostConfident: return .mostConfident(count)
    case .random:
      var random = PythonRandom(seed: miner.setup.seed)
      return .rows(random.sample(count, of: all).sorted())
    }
  }
}
