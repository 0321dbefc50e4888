internal import ArgumentParser
internal import Corpus
internal import Durable
internal import Files
internal import Mining
internal import Settings
internal import SystemPackage

/// The options of every command.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customLong("conf"),
    help: ArgumentHelp(
      "The settings file; the lesson's cars.json is one.",
      discussion: "Default: \(SettingsFile.search).", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var named: String?

  /// The settings file.
  var conf: FilePath {
    let found = SettingsFile.find(option: named)
    if let other = found.skipped {
      note(
        "misfire: ignoring \(other), which belongs to another user; to use it, name it with --conf")
    }
    return found.path
  }

  /// The settings file, for commands that need one.
  func existingConf() throws -> FilePath {
    let conf = conf
    if named == nil { try SettingsFile.require(found: conf, in: .working) }
    return conf
  }

  /// A miner for read-only commands: it creates no ledger.
  func readOnlyMiner() throws -> Miner {
    try Miner(setup: setup(), isReadOnly: true)
  }

  /// The resolved settings. From here on root acts as the owner of the stored data.
  func setup() throws -> Setup {
    let setup = try Setup.load(existingConf())
    try becomeOwner(of: setup.files.ledger)
    if let sentence = setup.startInWords { note("misfire: \(sentence)") }
    return setup
  }

  /// The same for one task of a cluster, which touches no stored data.
  func taskSetup(_ environment: [String: String]) throws -> Setup {
    try Setup.load(existingConf(), forTaskIn: environment)
  }

  /// A miner for changes: it first finishes what a crash interrupted.
  func recoveredMiner() throws -> Miner {
    let miner = try Miner(setup: setup())
    if let generation = try miner.recover() {
      note(
        """
        misfire: \(miner.setup.files.liveModel) was damaged or missing; restored generation \(generation)
        """)
    }
    miner.noteDisplaced()
    miner.mergeAllSegments()
    return miner
  }
}

extension Miner {
  /// Merges segments of a large HDF5 file that have accumulated since the last command; the daemon does so by itself.
  fileprivate func mergeAllSegments() {
    do {
      while case .merged = try mergeSegments() {}
    } catch is FileLock.Held {
      // The process that holds the lock does it.
    } catch {
      note("misfire: cannot merge the segments of the HDF5 file: \(error)")
    }
  }

  /// Reports what was moved from the live model's place.
  func noteDisplaced() {
    for place in takeDisplaced() { note(setAside: place, setup.files.liveModel) }
  }
}

/// Reports that the file at `classifier`, which no training here had made, is now at `place`.
func note(setAside place: FilePath, _ classifier: FilePath) {
  note("misfire: \(classifier) was not trained here, so it was kept as \(place)")
}
