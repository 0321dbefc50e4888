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
    abstract: "Mines hard negatives from pictures dropped into a folder.",
    discussion: """
      Watches the settings' hn_inbox folder. It scans each picture at every position and scale, keeps every
      window that the detector takes for the object as a hard negative, and moves the picture to
      hn_mined. A file that is not a picture goes to hn_quarantine with the reason beside it. After
      hn_retrain_threshold hard negatives it retrains the detector, and replaces it if the new one is no worse.

      `misfire extract` and `misfire train` make the first detector; until then misfired waits.

      SIGTERM and SIGINT stop it after the current pictures; SIGHUP reloads the settings. It logs to the
      journal if systemd runs it (journalctl -u misfired), otherwise to standard error,
      and also to log_path, if set. `misfire status` shows what has been mined.
      """,
    version: version)

  @Option(
    help: ArgumentHelp(
      "The settings file; the lesson's cars.json is one.",
      discussion: "Default: \(SettingsFile.search).", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var conf: String?

  static func main() {
    clinux_die_of_faults()
    // SIGHUP would end the process here; the settings it asks to reload have not been read yet.
    signal(SIGHUP, SIG_IGN)
    main(nil)
  }

  func run() {
    let found = SettingsFile.find(option: conf)
    let daemon = Daemon(settingsPath: found.path)
    // Not an asynchronous main: it would request threads of a priority that only root can set.
    Task(priority: .medium) { Foundation.exit(await daemon.run().rawValue) }
    dispatchMain()
  }
}
