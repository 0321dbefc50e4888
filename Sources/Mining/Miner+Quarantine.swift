internal import Corpus
internal import Detecting
internal import Digest
internal import Durable
internal import Settings
internal import SystemPackage
internal import Text

extension Miner {
  /// Puts pictures aside with the reason beside each: NAME and NAME.reason.txt.
  ///
  /// Each step is done for all of them before the next: a flood of files that are no pictures is as few transactions and
  /// synchronizations as it is batches.
  /// - Returns: why some are still where they were.
  func quarantine(_ pictures: [ScannedPicture]) throws -> [FilePath: DurableError] {
    let refused = pictures.compactMap { picture in
      picture.path.lastComponent.map {
        (path: picture.path, sha256: picture.digest!, name: $0, reason: picture.refusal!)
      }
    }
    guard !refused.isEmpty else { return [:] }
    try ledger.quarantine(refused.map { ($0.sha256, $0.name, $0.reason) })
    FaultPoint.reach(.refusalRecorded)
    let moved = try Durable.move(refused.map(\.path), into: settings.hnQuarantine)
    FaultPoint.reach(.refusalMoved)
    var failures: [FilePath: DurableError] = [:]
    var kept: [(picture: (sha256: SHA256Digest, reason: String), place: FilePath)] = []
    for (picture, place) in zip(refused, moved) {
      switch place {
      case .success(let place): kept.append(((picture.sha256, picture.reason), place))
      case .failure(let error): failures[picture.path] = error
      }
    }
    try Durable.add(
      kept.map {
        (Array("\($0.picture.reason.printable(keepingLines: true))\n".utf8), $0.place.reason)
      })
    FaultPoint.reach(.refusalExplained)
    try ledger.recordKept(kept.map { ($0.picture.sha256, $0.place) })
    FaultPoint.reach(.refusalPlaced)
    return failures
  }
}
