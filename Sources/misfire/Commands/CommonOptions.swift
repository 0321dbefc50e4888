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

  /// A miner for what only looks: where there is no ledger yet, none is made.
  func lookingMiner() throws -> Miner {
    try Miner(settings: settings(), isOnlyLooking: true)
  }

  /// The settings. From here on root acts as the owner of what is kept.
  func settings() throws -> Settings {
    let settings = try Settings.load(FilePath(conf))
    try becomeOwner(ofStateOf: settings)
    return settings
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
    miner.noteSetAside()
    return miner
  }
}

extension Miner {
  /// Tells what was moved out of the live model's place.
  func noteSetAside() {
    for place in takeSetAside() { note(setAside: place, settings.classifierPath) }
  }
}

/// Tells that the file at `classifier`, which no training here had made, is now at `place`.
func note(setAside place: FilePath, _ classifier: FilePath) {
  note("misfire: kept what was at \(classifier), and was not trained here, as \(place)")
}
