internal import ArgumentParser
internal import Detection
internal import Foundation
internal import SystemPackage
internal import Systemd
internal import Text

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that the service can run with these settings.",
    discussion: """
      Reads the settings as misfired does, and checks what they name: that the folders exist or can be created, \
      that the service's user may write to them, that the unit's sandbox allows it, that the ledger and the live \
      model can be used, that the HDF5 file has the rows that the ledger lists, that enough pictures are held out to judge \
      a new model, and that there is disk space. \
      It changes nothing, and exits with 1 if something would keep the service from working. Run it before a \
      start or a reload. If a misfired unit reads this settings file, root checks as that unit's user; everyone \
      else checks as themselves. `misfire verify` checks the stored data.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON for each problem.",
      discussion:
        #"{"severity": "error" or "warning", "path", "line"?, "column"?, "key"?, "message"}"#))
  var json = false

  func run() throws {
    let conf = try common.existingConf()
    let sandbox = ServiceUnit.sandbox(reading: conf)
    if geteuid() == 0, let user = sandbox?.user { try become(user) }
    let problems = SettingsCheck(conf, sandbox).problems()
    for problem in problems {
      if json { try printJSON(problem) } else { print("\(problem)".printable) }
    }
    guard !problems.contains(where: { $0.severity == .error }) else { throw ExitCode.failure }
    if problems.isEmpty, !json { print("all is well") }
  }
}
