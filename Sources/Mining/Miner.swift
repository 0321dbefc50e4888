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
/// Every method blocks, and may be called from any thread; the caller decides when. Each step is keyed by content and may
/// be repeated after a crash.
///
/// **Invariant:** a picture leaves the inbox only after the ledger has acknowledged it.
package final class Miner: Sendable {
  package let setup: Setup
  package let ledger: Ledger
  package let featureFile: FeatureFile
  package let models: ModelStore
  /// What was read of the settings' own pictures.
  package let pictureMemory: PictureMemory
  /// The scores that models gave held-out pictures.
  package let heldOutMemory: HeldOutMemory
  /// Pictures that are not negatives, because they show the object.
  let objectPictures: ObjectPictures
  /// Pictures that may teach or measure, by their content.
  let negativeFolder: FolderContents
  /// What the last training learnt, and `Ledger.rowVersion` at that time: the next starts from there, unless that has
  /// changed since.
  package let lastHyperplane = Mutex<(hyperplane: Hyperplane, rowVersion: Int)?>(nil)
  /// Called for each scanned picture, on any thread.
  package let pictureScanned: @Sendable () -> Void
  /// How many pictures are in quarantine.
  let quarantineCount = Mutex(QuarantineCount())
  /// The picture that `decodeSlow` decoded last, if it is not mined yet.
  let slowPicture = Mutex<SlowPicture?>(nil)
  private let live = Mutex(Live.none)
  /// Where files are now that were at `classifier_path` and were not trained here.
  private let setAside = DisplacedModels()

  private enum Live {
    case none
    case detector(LiveDetector)
    /// The published model is missing or damaged, or was made for other settings.
    case unusable(any Error)
  }

  /// Opens the ledger, and loads the live model if there is a usable one.
  ///
  /// Callers that change more than one of the settings' files call `recover` first.
  /// - Parameters:
  ///   - isReadOnly: creates no missing file or folder; otherwise a ledger is created.
  ///   - isApart: neither reads nor writes a ledger: every picture is new to it.
  ///   - pictureScanned: called on any thread after each scanned picture.
  package init(
    setup: Setup, isReadOnly: Bool = false, isApart: Bool = false,
    pictureScanned: @escaping @Sendable () -> Void = {}
  ) throws {
    self.setup = setup
    self.pictureScanned = pictureScanned
    let isMade = !isReadOnly && !isApart
    pictureMemory = PictureMemory(at: isMade ? setup.files.ledger.sibling(".pictures") : nil)
    heldOutMemory = HeldOutMemory(
      setup.detection, by: setup.reader, pictureMemory,
      at: isMade ? setup.files.ledger.sibling(".held-out") : nil)
    objectPictures = ObjectPictures(setup.objects, by: setup.reader, pictureMemory)
    negativeFolder = FolderContents(of: setup.negatives.images.value, pictureMemory)
    if isMade { try Durable.createFolder(setup.files.ledger.removingLastComponent()) }
    ledger = try Ledger(setup.files.ledger, isMade: isMade, isApart: isApart)
    featureFile = FeatureFile(setup.files.features, for: setup.hog)
    models = ModelStore(setup.files) { [setAside] in setAside.add($0) }
    live.withLock { $0 = publishedModel() }
  }

  /// Finishes what a crash interrupted, and restores the live generation's model if its file is missing or damaged.
  /// - Returns: the generation that was restored; nil if there was no need, or no undamaged one.
  @discardableResult
  package func recover() throws -> Int? {
    if try models.recover(in: ledger) != nil { live.withLock { $0 = publishedModel() } }
    // Reading a model computes its golden margins; a usable one is not read again.
    let restored =
      unusableModel == nil ? nil : try models.restore(for: setup.hog, in: ledger)
    if restored != nil { live.withLock { $0 = publishedModel() } }
    try ledger.findPlaces(in: [setup.folders.mined, setup.folders.quarantine])
    return restored
  }

  /// Where files are now that were at `classifier_path` and that no training here had put there: a hand-made model, a
  /// damaged one or anything else. Each is reported once.
  package func takeDisplaced() -> [FilePath] { setAside.take() }

  /// The detector that mines now; nil before the first training with these settings.
  package var detector: LiveDetector? {
    live.withLock { if case .detector(let detector) = $0 { detector } else { nil } }
  }

  /// The detector that is published now, perhaps by another process; the one that mines if that cannot be used.
  package var publishedDetector: LiveDetector? {
    if case .detector(let detector) = publishedModel() { detector } else { detector }
  }

  /// Why the published model cannot be used, and what to do; nil if it can, or if none was ever published.
  package var unusableModel: (any Error)? {
    live.withLock { if case .unusable(let error) = $0 { error } else { nil } }
  }

  /// The detector that mines now.
  /// - Throws: with what to do, if there is none.
  package func requireDetector() throws -> LiveDetector {
    switch live.withLock({ $0 }) {
    case .detector(let detector): return detector
    case .unusable(let error): throw error
    case .none: throw NoModel(path: setup.files.liveModel)
    }
  }

  /// Switches to the published model, if it is not the one in use.
  /// - Returns: whether it switched; false if there is none, or if it was made for other settings, for which a training
  ///   makes a new one.
  /// - Throws: if it is damaged; the one in use stays.
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
        switch (error as? ModelError)?.cause {
        case .missing, .otherSettings: return false
        default: throw error
        }
      }
    }
  }

  private func publishedModel() -> Live {
    do {
      let published = try LiveDetector.published(
        in: models, for: setup.hog, setup.mining, setup.threshold)
      if let published { return .detector(published) }
      return try models.missing(for: setup.hog, in: ledger).map { .unusable($0) } ?? .none
    } catch {
      return .unusable(error)
    }
  }

  /// Creates the folders that pictures arrive in and are moved to, if they are missing.
  /// - Throws: `SettingsError` if a link leads one of them to a forbidden place, or if the machine fails.
  package func makeFolders() throws {
    try setup.folders.paths.check()
    for folder in [setup.folders.inbox, setup.folders.mined, setup.folders.quarantine] {
      try Durable.createFolder(folder)
    }
  }

  /// Starts the decoders, so that the first picture need not wait for them.
  package func prepareDecoder() throws {
    try Raster.prepareDecoder()
  }
}
