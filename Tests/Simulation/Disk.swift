internal import Files
import SystemPackage
import Training

/// A file of the simulated inbox.
struct SimulatedFile {
  var entry: FolderEntry
  var content: Content
  /// Whether the file is complete.
  var isWhole: Bool
  var isOpen: Bool
  var hasEnd: Bool
  /// When it became complete or was last touched.
  var since: Duration

  /// The time from which it can be mined.
  var readableSince: Duration {
    content.kind == .unreadable ? since + .seconds(600) : since
  }
}

/// What the simulated machine stores, and so what survives a crash of the daemon: files, the ledger, the models.
struct Disk {
  var inbox: [FilePath: SimulatedFile] = [:]
  /// The outcome of each content; the ledger knows no others.
  var fates: [Int: Fate] = [:]
  var rowsSealed = 0
  var rowsUnsealed = 0
  /// The number of all rows when the last training began.
  var rowsAtTraining = 0
  /// The last generation that re-mined all kept pictures.
  var passGeneration: Int?

  var generation = 1
  var lastClaimed = 1
  var modelFile: FolderEntry
  var isModelDamaged = false
  /// The features that the published model was made for.
  var modelEdition = SettingsEdition.plain
  var settings = SettingsEdition.plain

  /// By inode: how many faults occurred while a picture was in hand, as in the daemon's file beside the ledger.
  var suspects: [UInt64: Int] = [:]
  var inHand: [UInt64] = []
  var faultedCount = 0

  /// Whether a training is in progress, as in the daemon's file beside the ledger, and how often processes died in
  /// one.
  var isTrainingMarked = false
  var trainingDeaths = 0
  /// When the last of them was noticed; nil once a training has worked since.
  var trainingDeathNoticed: Duration?

  /// Contents that were removed from the inbox; whether they were mined is unknown.
  var removed: Set<Int> = []
  private var nextInode: UInt64 = 1
  /// How far the wall clock is ahead of elapsed time.
  var wallOffset = Duration.zero

  enum Fate: Equatable { case mined, quarantined }

  var rows: Int { rowsSealed + rowsUnsealed }
  var sinceTraining: Int { rows - rowsAtTraining }

  static let folder = FilePath("/site/inbox")

  init() {
    modelFile = FolderEntry(
      path: "/site/model.hdf5", kind: .file, inode: 0, byteCount: 1, modified: FileTime(.zero))
  }

  /// Names are reused. Most are made only once, because making one takes longer than everything else a file needs
  /// here.
  private static let names: [(path: FilePath, name: FilePath.Component)] = (0..<1_000).map {
    let name = FilePath.Component("\($0).jpg")!
    return (folder.appending(name), name)
  }

  static func path(_ name: Int) -> FilePath { names[name % names.count].path }

  static func component(_ name: Int) -> FilePath.Component { names[name % names.count].name }

  mutating func newEntry(_ path: FilePath, at time: Duration) -> FolderEntry {
    nextInode += 1
    let modified = time + wallOffset
    return FolderEntry(
      path: path, kind: .file, inode: nextInode, byteCount: 1,
      modified: FileTime(modified))
  }

  /// Puts another model in the classifier's place.
  mutating func replaceModel(at time: Duration) {
    modelFile = newEntry(modelFile.path, at: time)
  }

  /// Records that the daemon ended with pictures in hand.
  /// - Parameter isFault: whether it crashed or the watchdog ended it.
  mutating func noteCrash(isFault: Bool) {
    for inode in inHand { suspects[inode, default: 0] += isFault ? 1 : 0 }
    faultedCount = isFault ? inHand.count : 0
    inHand = []
  }

  /// The pictures of `pictures` that can be mined together next: only the first if it is suspected.
  func batch(of pictures: ArraySlice<FolderEntry>) -> ArraySlice<FolderEntry> {
    guard let first = pictures.first, suspects[first.inode] == nil else {
      return pictures.prefix(1)
    }
    return pictures.prefix { suspects[$0.inode] == nil }
  }
}

extension FileTime {
  init(_ time: Duration) {
    self.init(
      seconds: Int(time.components.seconds),
      nanoseconds: Int(time.components.attoseconds / 1_000_000_000))
  }
}
