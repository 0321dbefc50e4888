internal import ArgumentParser
internal import Mining
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

  /// A miner for what changes things: it finishes first what a crash interrupted.
  func recoveredMiner() throws -> Miner {
    let miner = try Miner(settings: settings())
    if let generation = try miner.recover() {
      note(
        """
        misfire: put generation \(generation) back, as \(miner.settings.classifierPath) was damaged
        """)
    }
    return miner
  }
}
