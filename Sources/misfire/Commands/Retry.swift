internal import ArgumentParser
internal import Mining
internal import Settings
internal import SystemPackage

struct Retry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try quarantined pictures again.",
    discussion: """
      Moves them back to the inbox, where the daemon treats them as new.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "Names of files in hn_quarantine; by default all.")
  var names: [String] = []

  func run() throws {
    let miner = try Miner(setup: common.setup())
    let chosen = names.isEmpty ? nil : names.compactMap { FilePath.Component($0) }
    let moved = try miner.retry(chosen)
    for path in moved { printPath(path) }
    guard moved.count >= names.count else {
      note("misfire: some of these are not in \(miner.setup.folders.quarantine)")
      throw ExitCode.failure
    }
  }
}
