internal import ArgumentParser
internal import CLinux
internal import Daemon
internal import Dispatch
internal import Foundation
internal import Glibc
internal import Settings
internal import SystemPackage

@main
struct Misfired: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Mines hard negatives from the pictures that are dropped into a folder.",
    discussion: """
      Watches the folder hn_inbox of the settings. Each picture is scanned at every position and size; every
      window that the detector takes for the object is kept as a hard negative, and the picture is moved to
      hn_mined. A file that is no picture goes to hn_quarantine with the reason beside it. After
      hn_retrain_threshold hard negatives the detector is trained again and replaced, if it got better.

      A first detector comes from `misfire extract` and `misfire train`; without one misfired waits for it.

      SIGTERM and SIGINT end it after the pictures in hand, SIGHUP makes it read its settings again. It tells
      what it does to the journal where systemd runs it (journalctl -u misfired), otherwise to standard error,
      and to log_path where that is set. `misfire status` counts what came in.
      """,
    version: version)

  @Option(
    help: ArgumentHelp(
      "The settings file; the lesson's cars.json is one.",
      discussion: "Where not said: \(SettingsFile.search).", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var conf: String?

  static func main() {
    clinux_die_of_faults()
    // It would end the process; what it asks for, that the settings are read, is still to come.
    signal(SIGHUP, SIG_IGN)
    main(nil)
  }

  func run() {
    let found = SettingsFile.find(
      option: conf, environment: ProcessInfo.processInfo.environment[SettingsFile.variable],
      user: geteuid())
    let daemon = Daemon(settingsPath: found.path)
    // Not an asynchronous main: it would ask for threads of a priority that only root may give.
    Task(priority: .medium) { Foundation.exit(await daemon.run().rawValue) }
    dispatchMain()
  }
}
