internal import ArgumentParser
internal import Files
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
    let folder = miner.setup.folders.quarantine
    let paths = FilePath.arguments(names)
    let missing = paths.filter { path in
      path.components.count != 1 || folderEntry(at: folder.pushing(path))?.kind != .file
    }
    let chosen = names.isEmpty ? nil : paths.compactMap(\.lastComponent)
    let moved = try miner.retry(chosen)
    for path in moved { printNames("\(path)") }
    if names.isEmpty, moved.isEmpty { note("nothing is in quarantine") }
    guard missing.isEmpty else {
      note(
        """
        misfire: not in \(folder): \(missing.map(\.string).joined(separator: ", ")); `misfire quarantine` lists what is
        """)
      throw ExitCode.failure
    }
  }
}
