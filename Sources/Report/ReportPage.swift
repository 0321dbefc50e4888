internal import Corpus
internal import Durable
internal import Evaluation
internal import Files
internal import Foundation
package import Mining
internal import Pictures
package import Settings
package import SystemPackage
internal import Training

/// One HTML page about a corpus and its detector: how good it is, whether the hard negatives are enough, every
/// generation, and what it misfired on. It needs no other file and no network.
package struct ReportPage: Sendable {
  let settings: Settings
  let time: Date
  let status: MiningStatus
  /// Which model is live, or why none is.
  let liveModel: String
  let generations: [Generation]
  let experiment: Experiment.Report?
  let hardest, doubted: [Patch]

  /// A training run and what it measured.
  struct Generation: Sendable {
    let state: GenerationState
    let evaluation: EvaluationReport?

    var number: Int { state.record.number }
    var name: String { "generation \(number)" }
  }

  /// A hard negative and what it shows.
  struct Patch: Sendable {
    let window: MinedWindow
    let patch: WindowPatch
  }

  /// How many windows of each kind are shown.
  private static let windowLimit = 24

  /// Gathers what there is to tell now. Reads the pictures whose windows it shows.
  package init(of miner: Miner) throws {
    settings = miner.settings
    time = .now
    status = try miner.status()
    liveModel = miner.liveModelInWords
    generations = try miner.generations().map {
      Generation(state: $0, evaluation: try GenerationMetrics(json: $0.record.metrics).evaluation)
    }
    experiment = try Experiment(miner).lastReport()
    func patches(of windows: [MinedWindow]) throws -> [Patch] {
      try zip(windows, miner.patches(of: windows)).map(Patch.init)
    }
    hardest = try patches(of: miner.hardestWindows(limit: Self.windowLimit))
    doubted = try patches(of: miner.doubtedWindows(limit: Self.windowLimit))
  }

  /// Where the page is written to: `report_path`, or beside the ledger where the settings name none.
  package static func path(for settings: Settings) -> FilePath {
    settings.reportPath
      ?? settings.statePath.removingLastComponent().appending("report.html")
  }

  static let title: HTML = "Misfire: "

  /// Told by its title, whatever release wrote it.
  private static let file = OwnFile("a report", orElse: "name another in report_path") { path in
    let start = String(decoding: try path.firstBytes(4096), as: UTF8.self)
    return start.hasPrefix("<!DOCTYPE html>") && start.contains("<title>\(title)")
  }

  /// Replaces a file by the page; one process after the other.
  package func write(to path: FilePath) throws {
    try Durable.createFolder(path.removingLastComponent())
    let html = html
    try FileLock.holding(path.sibling(".lock")) {
      try Durable.write(html.description.utf8, to: path, as: Self.file)
    }
  }
}
