internal import Corpus
internal import Detecting
internal import Durable
internal import Settings
internal import SystemPackage

// The end of a picture's path: from the inbox to the mined pictures or to quarantine.

extension Miner {
  /// Moves pictures that have been dealt with out of the inbox, refused ones as far as quarantine has room.
  /// - Returns: the fates of those that stay there after all.
  func clear(_ pictures: [ScannedPicture]) throws -> [FilePath: PictureFate] {
    let folders = setup.folders
    let refused = pictures.filter { $0.fate.refusal != nil }
    let room = refused.isEmpty ? 0 : try max(roomInQuarantine(), 0)
    var failures = try keep(pictures.filter { !$0.fate.isLeftInPlace && $0.fate.refusal == nil })
    failures.merge(try quarantine(Array(refused.prefix(room)))) { $1 }
    let vanished = failures.filter { picture, error in
      error.code == .noSuchFileOrDirectory
        && ![folders.mined, folders.quarantine].contains(error.path)
    }
    try giveUp(pictures.filter { vanished[$0.path] != nil })
    for picture in vanished.keys { failures[picture] = nil }
    // One that may not be moved stays, and the others need not wait; other failures are the machine's.
    if let failure = failures.values.first(where: { $0.code != .notPermitted }) { throw failure }
    var fates = failures.mapValues { _ in PictureFate.unmovable }
    for picture in refused.dropFirst(room) {
      fates[picture.path] = .unplaced(picture.fate.refusal!)
    }
    return fates
  }

  /// Moves pictures to the mined ones, and records where each is now.
  /// - Returns: why some are still where they were.
  private func keep(_ pictures: [ScannedPicture]) throws -> [FilePath: DurableError] {
    let moved = try Durable.move(pictures.map(\.path), into: setup.folders.mined)
    FaultPoint.reach(.moved)
    let copies = try ledger.recordKept(
      zip(pictures, moved).compactMap { picture, place in
        if case .success(let kept) = place { (picture.digest!, kept) } else { nil }
      })
    FaultPoint.reach(.placed)
    try deleteCopies(copies)
    var failures: [FilePath: DurableError] = [:]
    for case (let picture, .failure(let error)) in zip(pictures, moved) {
      failures[picture.path] = error
    }
    return failures
  }

  /// Records, by its last place, that the content of new pictures no longer exists, so that nobody searches for it.
  func giveUp(_ pictures: [ScannedPicture]) throws {
    let new = pictures.filter(\.fate.isNew)
    if !new.isEmpty { try ledger.recordKept(new.map { ($0.digest!, $0.path) }) }
  }
}
