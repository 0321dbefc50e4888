package import Corpus
package import Detecting
package import Detection
internal import Durable
package import Pictures
internal import Raster
package import Settings
package import Synchronization
package import SystemPackage

/// The flow of pictures through a corpus: what `misfired` and `misfire` both drive.
///
/// Every method blocks, and may be called from any thread; whoever calls decides when. Each step is
/// keyed by content and may be done again after a crash.
///
/// **Invariant:** a picture leaves the inbox only after the ledger has acknowledged it.
package final class Miner: Sendable {
  package let setup: Setup
  package let ledger: Ledger
  package let featureFile: FeatureFile
  package let models: ModelStore
  /// What was read of the settings' own pictures.
  package let pictureMemory = PictureMemory()
  /// What models made of held-out pictures.
  package let heldOutMemory: HeldOutMemory
  /// What is no negative, as it shows the object.
  let objectPictures: ObjectPictures
  /// What may teach or measure, as its content says.
  let negativeFolder: FolderContents
  /// What the last training learnt, and `Ledger.rowVersion` then: the next starts from there, unless
  /// hard negatives have been taken back since.
  package let lastHyperplane = Mutex<(hyperplane: Hyperplane, rowVersion: Int)?>(nil)
  /// Told of each picture that was scanned, on any thread.
  package let pictureScanned: @Sendable () -> Void
  /// How many pictures are in quarantine.
  let quarantineCount = Mutex(QuarantineCount())
  /// The picture that was decoded last by `decodeSlow`, and is not mined yet.
  let slowPicture = Mutex<SlowPicture?>(nil)
  private let live = Mutex(Live.none)
  /// Where files are now that were in the place of the live model and were none that was trained here.
  private let setAside = DisplacedModels()

  private enum Live {
    case none
    case detector(LiveDetector)
    /// The published model is damaged, or was made for other settings.
    case unusable(any Error)
  }

  /// Opens the ledger, and loads the live model where there is one that can be used.
  ///
  /// Whoever changes more than one thing of what the settings name calls `recover` first.
  /// - Parameters:
  ///   - isReadOnly: leaves no file or folder where there is none; otherwise a ledger is made.
  ///   - isApart: neither reads nor writes a ledger: whatever is scanned is new to it.
  ///   - pictureScanned: called on any thread after each picture that was scanned.
  package init(
    setup: Setup, isReadOnly: Bool = false, isApart: Bool = false,
    pictureScanned: @escaping @Sendable () -> Void = {}
  ) throws {
    self.setup = setup
    self.pictureScanned = pictureScanned
    heldOutMemory = HeldOutMemory(
      setup.detection, by: setup.reader, pictureMemory,
      at: isReadOnly || isApart ? nil : setup.files.ledger.sibling(".held-out"))
    objectPictures = ObjectPictures(setup.objects, by: setup.reader, pictureMemory)
    negativeFolder = FolderContents(of: setup.negatives.images.value, pictureMemory)
    let isMade = !isReadOnly && !isApart
    if isMade { try Durable.createFolder(setup.files.ledger.removingLastComponent()) }
    ledger = try Ledger(setup.files.ledger, isMade: isMade, isApart: isApart)
    featureFile = FeatureFile(setup.files.features, for: setup.hog)
    models = ModelStore(setup.files) { [setAside] in setAside.add($0) }
    live.withLock { $0 = publishedModel() }
  }

  /// Finishes what a crash interrupted, and puts the live generation's model back where its file is
  /// damaged.
  /// - Returns: the generation that was put back; nil where there was no need, or no whole one.
  @discardableResult
  package func recover() throws -> Int? {
    if try models.recover(in: ledger) != nil { live.withLock { $0 = publishedModel() } }
    // Each reading of a model computes its golden margins: one that can be used is not read again.
    let restored =
      unusableModel == nil ? nil : try models.restore(for: setup.hog, in: ledger)
    if restored != nil { live.withLock { $0 = publishedModel() } }
    try ledger.findPlaces(in: [setup.folders.mined, setup.folders.quarantine])
    return restored
  }

  /// Where the files are now that were at `classifier_path`, and that no training here had put there: a model made by
  /// hand, a damaged one or anything else. Each is told once.
  package func takeDisplaced() -> [FilePath] { setAside.take() }

  /// The detector that mines now; nil before the first training with these settings.
  package var detector: LiveDetector? {
    live.withLock { if case .detector(let detector) = $0 { detector } else { nil } }
  }

  /// Why the model that is published cannot be used, and what to do; nil where it can, or where
  /// there is none.
  package var unusableModel: (any Error)? {
    live.withLock { if case .unusable(let error) = $0 { error } else { nil } }
  }

  /// The detector that mines now.
  /// - Throws: what to do where there is none.
  package func requireDetector() throws -> LiveDetector {
    switch live.withLock({ $0 }) {
    case .detector(let detector): return detector
    case .unusable(let error): throw error
    case .none: throw NoModel(path: setup.files.liveModel)
    }
  }

  /// Takes up the model that is published now, where that is another than the one in use.
  /// - Returns: whether it was; not where it was made for other settings: a training makes one for
  ///   these.
  /// - Throws: where it is damaged; the one in use stays then.
  @discardableResult
  package func adoptLiveModel() throws -> Bool {
    let published = publishedModel()
    return try live.withLock { live in
      switch (published, live) {
      case (.none, _):
        return false
      case (.detector(let new), .detector(let used))
      where new.model == used.model && new.generation == used.generation
        && new.operatingPoint == used.operatingPoint:
        return false
      case (.detector, _):
        live = published
        return true
      case (.unusable(let error), _):
        if case .detector = live {} else { live = published }
        guard (error as? ModelError)?.cause == .otherSettings else { throw error }
        return false
      }
    }
  }

  private func publishedModel() -> Live {
    do {
      let published = try LiveDetector.published(
        in: models, for: setup.hog, setup.mining, setup.threshold)
      return published.map { .detector($0) } ?? .none
    } catch {
      return .unusable(error)
    }
  }

  /// Makes the folders that pictures come to and go to, where they are missing.
  /// - Throws: `SettingsError` where a link leads one of them to where it must not lie, and what is wrong with the machine.
  package func makeFolders() throws {
    try setup.folders.paths.check()
    for folder in [setup.folders.inbox, setup.folders.mined, setup.folders.quarantine] {
      try Durable.createFolder(folder)
    }
  }

  /// Starts what decodes pictures, so that the first of them need not wait for it.
  package func prepareDecoder() throws {
    try Raster.prepareDecoder()
  }
}
