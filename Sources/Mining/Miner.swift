internal import Corpus
internal import Detection
internal import Durable
internal import Raster
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
  /// What was read of the settings' own pictures.
  let pictureMemory = PictureMemory()
  /// What the last training learnt: the next starts from there.
  let lastHyperplane = Mutex<Hyperplane?>(nil)
  private let live = Mutex(Live.none)

  private enum Live {
    case none
    case detector(LiveDetector)
    /// The published model was made for other settings: a training makes one for these.
    case unusable(ModelError)
  }

  /// Opens the ledger (made where there is none), finishes what a crash interrupted, and loads the
  /// live model where there is one.
  public init(settings: Settings) throws {
    self.settings = settings
    try Durable.createFolder(settings.statePath.removingLastComponent())
    ledger = try Ledger(settings.statePath)
    featureFile = FeatureFile(settings.featuresPath)
    models = ModelStore(settings)
    try models.recover(in: ledger)
    try ledger.findPlaces(in: [settings.hnMined, settings.hnQuarantine])
    try adoptLiveModel()
  }

  /// The detector that mines now; nil before the first training with these settings.
  public var detector: LiveDetector? {
    live.withLock { if case .detector(let detector) = $0 { detector } else { nil } }
  }

  /// The detector that mines now.
  /// - Throws: what to do where there is none.
  func requireDetector() throws -> LiveDetector {
    switch live.withLock({ $0 }) {
    case .detector(let detector): return detector
    case .unusable(let error): throw error
    case .none: throw NoModel(path: settings.classifierPath)
    }
  }

  /// Takes up the model that is published now, where that is another than the one in use.
  /// - Returns: whether it was.
  @discardableResult
  public func adoptLiveModel() throws -> Bool {
    do {
      guard let published = try LiveDetector.published(for: settings) else { return false }
      return live.withLock { live in
        if case .detector(let used) = live, used.model == published.model,
          used.generation == published.generation
        {
          return false
        }
        live = .detector(published)
        return true
      }
    } catch let error as ModelError where error.cause == .otherSettings {
      live.withLock { if case .detector = $0 {} else { $0 = .unusable(error) } }
      return false
    }
  }

  /// Makes the folders that pictures come to and go to, where they are missing.
  public func makeFolders() throws {
    for folder in [settings.hnInbox, settings.hnMined, settings.hnQuarantine] {
      try Durable.createFolder(folder)
    }
  }

  /// Starts what decodes pictures, so that the first of them need not wait for it.
  public func prepareDecoder() throws {
    try Raster.prepareDecoder()
  }
}
