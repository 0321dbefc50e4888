internal import Files
import Mining
import SystemPackage
import Training

/// A file of the simulated inbox.
struct SimulatedFile {
  var entry: FolderEntry
  var content: Content
  /// Whether everything is in it that will be.
  var isWhole: Bool
  var isOpen: Bool
  var hasEnd: Bool
  /// When it became whole, or was touched last.
  var since: Duration

  /// From when on it can be mined.
  var readableSince: Duration {
    content.kind == .unreadable ? since + .seconds(600) : since
  }
}

/// What the simulated machine keeps, and what survives a crash of the daemon: files, the ledger, the models.
struct Disk {
  var inbox: [FilePath: SimulatedFile] = [:]
  /// What became of each content; the ledger knows no other.
  var fates: [Int: Fate] = [:]
  var rowsSealed = 0
  var rowsUnsealed = 0
  /// All rows, when the last training began.
  var rowsAtTraining = 0
  var missedEvents = MissedEvents()
  /// The last generation that looked at all kept pictures.
  var passGeneration: Int?

  var generation = 1
  var lastClaimed = 1
  var modelFile: FolderEntry
  var isModelDamaged = false
  /// The features that the published model was made for.
  var modelEdition = SettingsEdition.plain
  var settings = SettingsEdition.plain

  /// By inode: how many faults a picture was in hand at, as the daemon's file beside the ledger has it.
  var suspects: [UInt64: Int] = [:]
  var inHand: [UInt64] = []
  var faultedCount = 0

  /// Whether a training is under way, as the daemon's file beside the ledger has it, and how often processes died in one.
  var isTrainingMarked = false
  var trainingDeaths = 0

  /// Contents that somebody took away, so that nobody knows whether they were mined.
  var removed: Set<Int> = []
  private var nextInode: UInt64 = 1
  /// What the clock on the wall shows, against the time that passes.
  var wallOffset = Duration.zero

  enum Fate: Equatable { case mined, quarantined }

  var rows: Int { rowsSealed + rowsUnsealed }
  var sinceTraining: Int { rows - rowsAtTraining }

  static let folder = FilePath("/site/inbox")

  init() {
    modelFile = FolderEntry(
      path: "/site/model.hdf5", kind: .file, inode: 0, byteCount: 1, modified: FileTime(.zero))
  }

  /// Names come again; so many of them are made once, as that takes longer than all else that a file needs here.
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

  /// Another model is in the classifier's place.
  mutating func replaceModel(at time: Duration) {
    modelFile = newEntry(modelFile.path, at: time)
  }

  /// The daemon ended with something in hand.
  /// - Parameter isFault: whether it crashed, or the watchdog ended it.
  mutating func noteCrash(isFault: Bool) {
    for inode in inHand { suspects[inode, default: 0] += isFault ? 1 : 0 }
    faultedCount = isFault ? inHand.count : 0
    inHand = []
  }

  /// Those of `pictures` that may be mined together next: the first alone where it is suspected.
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
