internal import ArgumentParser
internal import Detection
internal import Foundation
internal import SystemPackage
internal import Systemd
internal import Text

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look whether the service can work with these settings.",
    discussion: """
      Reads the settings as misfired does, and looks at what they name: whether the folders are there or can be made, \
      whether the service's user may write to them, whether the sandbox of its unit lets it, whether the \
      ledger and the live model can be used, whether enough is held out to judge a new model, and whether there is \
      room on the disk. It changes nothing, and ends with 1 where something keeps the service from its work. Run it \
      before a start or a reload. Root looks as the service's user where a unit of misfired reads this file; \
      everybody else as himself. `misfire verify` compares what has been learnt.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON for each thing that is found.",
      discussion: #"{"severity": "error" or "warning", "path", "message"}"#))
  var json = false

  func run() throws {
    let conf = common.conf
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
