internal import ArgumentParser
internal import Files
internal import Mining
internal import Report
internal import Settings
internal import SystemPackage

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one HTML page: curves, every generation, the most confident false positives.",
    discussion: """
      The page needs no other file and no network. With report_path in its settings, the daemon also writes \
      it after each training.
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "Where to write it; by default report_path, or report.html beside the ledger.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func run() throws {
    let miner = try common.readOnlyMiner()
    let path = output.map { FilePath.argument($0) } ?? ReportPage.path(for: miner.setup.files)
    let page = try ReportPage(of: miner)
    if output == nil {
      try page.write(to: path)
    } else {
      try page.write(to: path, orElse: "choose another name with --output")
    }
    print("written to \(path)")
  }
}
