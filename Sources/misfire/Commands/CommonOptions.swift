internal import ArgumentParser
internal import Settings
internal import SystemPackage

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The settings file; the lesson's cars.json is one.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var conf = "/etc/misfire/misfire.json"

  func settings() throws -> Settings {
    try Settings.load(FilePath(conf))
  }
}
