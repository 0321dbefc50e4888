internal import Corpus
internal import Durable
public import Settings
internal import Synchronization
internal import SystemPackage

/// The flow of pictures through a corpus: what `misfired` and `misfire` both drive.
///
/// Every method blocks, and may be called from any thread; whoever calls decides when. Each step is
/// keyed by content and may be done again after a crash.
///
/// **Invariant:** a picture leaves the inbox only after the ledger has acknowledged it.
public final class Miner: Sendable {
  public let settings: Settings
  let ledger: Ledger
  let featureFile: FeatureFile
  let models: ModelStore
  private let live = Mutex<LiveDetector?>(nil)

  /// Opens the ledger (made where there is none), finishes what a crash interrupted, and loads the
  /// live model where there is one.
  public init(settings: Settings) throws {
    self.settings = settings
    try Durable.createFolder(settings.statePath.removingLastComponent())
    ledger = try Ledger(settings.statePath)
    featureFile = FeatureFile(settings.featuresPath)
    models = ModelStore(folder: settings.modelsPath, classifier: settings.classifierPath)
    try models.recover(in: ledger)
    try adoptLiveModel()
  }

  /// The detector that mines now; nil before the first training.
  public var detector: LiveDetector? { live.withLock { $0 } }

  /// Takes up the model that is published now, where that is another than the one in use.
  /// - Returns: whether it was.
  @discardableResult
  public func adoptLiveModel() throws -> Bool {
    let published = try LiveDetector.published(for: settings)
    return live.withLock { live in
      guard let published,
        published.model != live?.model || published.generation != live?.generation
      else { return false }
      live = published
      return true
    }
  }

  /// Makes the folders that pictures come to and go to, where they are missing.
  public func makeFolders() throws {
    for folder in [settings.hnInbox, settings.hnMined, settings.hnQuarantine] {
      try Durable.createFolder(folder)
    }
  }
}
