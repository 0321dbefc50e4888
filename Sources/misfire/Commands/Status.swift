internal import ArgumentParser
internal import Detection
internal import Foundation
internal import Mining
internal import SystemPackage
internal import Text
internal import Training

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what came in, what waits and which model is live.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  @Flag(
    help: """
      Show each detector that has its settings in the folder of this settings file, and end with 1 where one cannot \
      be read.
      """)
  var all = false

  func run() throws {
    guard all else {
      let miner = try common.lookingMiner()
      return json ? try printJSON(miner.status()) : print(try summary(of: miner))
    }
    let files = try settingsFiles()
    guard !files.isEmpty else { throw NoSettings(folder: folder) }
    let isWhole = try files.enumerated().map { try show($1, isFirst: $0 == 0) }
    guard !isWhole.contains(false) else { throw ExitCode.failure }
  }

  // MARK: All detectors

  private var folder: FilePath {
    let folder = FilePath(common.conf).removingLastComponent()
    return folder.isEmpty ? "." : folder
  }

  private func settingsFiles() throws -> [FilePath] {
    try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
      .map { folder.appending($0) }.filter { $0.extension == "json" }
  }

  /// - Returns: whether it could be read.
  private func show(_ file: FilePath, isFirst: Bool) throws -> Bool {
    let heading = (isFirst ? "" : "\n") + "\(file)".printable
    do {
      var own = common
      own.conf = file.string
      let miner = try own.lookingMiner()
      if json {
        try printJSON(DetectorStatus(settings: file, status: miner.status()))
      } else {
        print("\(heading)\n\(try summary(of: miner))")
      }
      return true
    } catch {
      if json {
        try printJSON(DetectorStatus(settings: file, error: "\(error)"))
      } else {
        print("\(heading)\ncannot be read  \("\(error)".printable)")
      }
      return false
    }
  }

  // MARK: One detector

  private func summary(of miner: Miner) throws -> String {
    let status = try miner.status()
    let hard = status.hardNegatives
    let missed = status.missedEvents
    let numbers = """
      pictures        \(status.picturesInWords)
      hard negatives  \(hard.total.grouped): \(hard.sealed.grouped) in the HDF5 file, \
      \(hard.unsealed.grouped) in the ledger alone; \
      \(hard.setAside.grouped) wait for `misfire review`\
      \(hard.objects > 0 ? ", \(hard.objects.grouped) were called objects" : "")
      next training   \(status.nextTrainingInWords)
      mined pictures  \(status.saturationInWords)
      learning        \(status.learning.state.rawValue)
      missed events   \(missed.overflows.counted("overflow")), \(missed.rescans.counted("rescan")); \
      \(missed.foundByRescan.counted("picture")) found by these alone
      live model      \(miner.liveModelInWords)
      """
    let findings = status.learning.findings.map { "measured        \($0)" }
    let steps = status.learning.advice.map { "to do           \($0)" }
    return ([numbers] + findings + steps).joined(separator: "\n")
  }
}

/// A line of `misfire status --all --json`.
private struct DetectorStatus: Encodable {
  let settings: String
  let status: MiningStatus?
  /// Why it cannot be read.
  let error: String?

  init(settings: FilePath, status: MiningStatus? = nil, error: String? = nil) {
    self.settings = settings.string
    self.status = status
    self.error = error
  }
}

/// There is no detector to show.
private struct NoSettings: Error, CustomStringConvertible {
  let folder: FilePath
  var description: String { "there is no settings file, NAME.json, in \(folder)" }
}
