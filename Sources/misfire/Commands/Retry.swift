internal import ArgumentParser
internal import Mining
internal import Settings
internal import SystemPackage

struct Retry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try quarantined pictures again.",
    discussion: """
      Moves them back into the inbox, where the daemon takes them as if they were new.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "Names of files in hn_quarantine; all where none is given.")
  var names: [String] = []

  func run() throws {
    let miner = try Miner(setup: common.setup())
    let chosen = names.isEmpty ? nil : names.compactMap { FilePath.Component($0) }
    let moved = try miner.retry(chosen)
    for path in moved { printPath(path) }
    guard moved.count >= names.count else {
      note("misfire: not all of these are in \(miner.setup.folders.quarantine)")
      throw ExitCode.failure
    }
  }
}
