internal import Corpus
internal import Detecting
internal import Detection
internal import Durable
internal import Evaluation
internal import Files
internal import Foundation
package import Mining
internal import Pictures
package import Settings
package import SystemPackage
package import Training

/// One HTML page about a corpus and its detector: how good it is, whether the hard negatives are enough, every
/// generation, and what it misfired on. It needs no other file and no network.
package struct ReportPage: Sendable {
  /// Where the live model is.
  let modelFile: FilePath
  /// `validation_tolerance`.
  let tolerance: Double
  let time: Date
  package let status: MiningStatus
  /// Which model is live, or why none is.
  let liveModel: String
  /// Problems, and what to do.
  let advice: StatusAdvice
  /// The live model; nil if there is none.
  let model: LinearSVM?
  package let generations: [Generation]
  let experiment: Experiment.Report?
  let hardest, doubted: [WindowFigure]

  /// A training run and what it measured.
  package struct Generation: Sendable {
    package let state: GenerationState
    let evaluation: EvaluationReport?

    package var number: Int { state.record.number }
    var name: String { "generation \(number)" }
  }

  /// How many windows of each kind are shown.
  private static let windowLimit = 24

  /// Collects the current data. Reads the pictures whose windows it shows.
  /// - Parameter showsWindows: whether it shows windows.
  package init(of miner: Miner, showsWindows: Bool = true) throws {
    modelFile = miner.setup.files.liveModel
    tolerance = miner.setup.training.tolerance
    time = .now
    status = try miner.status()
    liveModel = miner.liveModelInWords
    generations = try miner.generations().map {
      Generation(state: $0, evaluation: try GenerationMetrics(json: $0.record.metrics).evaluation)
    }
    experiment = try Experiment(miner).lastReport()
    advice = try StatusAdvice(status, of: miner)
    model = miner.detector?.model
    let limit = showsWindows ? Self.windowLimit : 0
    hardest = try WindowFigure.figures(of: miner.hardestWindows(limit: limit), miner)
    doubted = try WindowFigure.figures(of: miner.windowsForReview(limit: limit), miner)
  }

  /// Where the page is written: `report_path`, or beside the ledger if the settings have none.
  package static func path(for files: DataFiles) -> FilePath {
    files.report
      ?? files.ledger.removingLastComponent().appending("report.html")
  }

  static let title: HTML = "Misfire: "

  /// Recognised by its title, whatever release wrote it.
  private static func file(orElse alternative: String) -> OwnFile {
    OwnFile("a report", orElse: alternative) { path in
      let start = String(decoding: try path.firstBytes(4096), as: UTF8.self)
      return start.hasPrefix("<!DOCTYPE html>") && start.contains("<title>\(title)")
    }
  }

  /// Replaces a file by the page; one process after the other.
  /// - Parameter alternative: what to do if a file of another kind is there.
  package func write(to path: FilePath, orElse alternative: String = "set another report_path")
    throws
  {
    try Durable.createFolder(path.removingLastComponent())
    let html = html
    try FileLock.holding(path.sibling(".lock")) {
      try Durable.write(html.description.utf8, to: path, as: Self.file(orElse: alternative))
    }
  }
}
