internal import Corpus
internal import Digest
internal import Durable
internal import Files
package import Foundation
internal import Pictures
internal import Settings
internal import SystemPackage

extension Miner {
  /// How many pictures are deleted at once.
  private static let deletedAtOnce = 1_000

  /// Deletes some pictures of `hn_mined` that need not be kept because of `hn_keep_mined`, and finishes what a crash
  /// interrupted.
  /// - Returns: how many were deleted; call it again until it returns 0.
  package func deleteMinedPictures(now: Date = .now) throws -> Int {
    try finishDeleting()
    let chosen = try needlessPictures(now)
    guard !chosen.isEmpty else { return 0 }
    try ledger.beginDeleting(chosen)
    FaultPoint.reach(.deletingRecorded)
    return try finishDeleting()
  }

  /// Removes the files of pictures marked as deleted in the ledger. A file that is no longer such a picture stays.
  @discardableResult
  private func finishDeleting() throws -> Int {
    let images = try ledger.beingDeleted()
    guard !images.isEmpty else { return 0 }
    let own = images.compactMap { image in
      image.kept.flatMap { isMinedPicture($0, image.sha256) ? $0 : nil }
    }
    try Durable.remove(own)
    FaultPoint.reach(.picturesDeleted)
    try ledger.recordDeleted(images)
    return own.count
  }

  /// Deletes the earlier copies of pictures that were dropped again, which the ledger no longer knows: otherwise nothing
  /// would ever delete them.
  func deleteCopies(_ copies: [(sha256: SHA256Digest, path: FilePath)]) throws {
    guard setup.folders.keptMined != .all else { return }
    try Durable.remove(copies.filter { isMinedPicture($0.path, $0.sha256) }.map(\.path))
  }

  /// Whether a file was dropped into the inbox, and still has this content.
  private func isMinedPicture(_ path: FilePath, _ sha256: SHA256Digest) -> Bool {
    isMinedPicture(path) && (try? PictureBytes(reading: path).digest) == sha256
  }

  /// Whether a file was dropped into the inbox, rather than mined where it was.
  private func isMinedPicture(_ path: FilePath) -> Bool {
    path.removingLastComponent() == setup.folders.mined && folderEntry(at: path)?.kind == .file
  }

  private func needlessPictures(_ now: Date) throws -> [PictureRecord] {
    switch setup.folders.keptMined {
    case .all: []
    case .misfired: try needlessPictures([true])
    case .days(let count):
      try needlessPictures([true, false], before: now - 86_400 * Double(count))
    case .bytes(let limit): try needlessPictures(beyond: limit)
    }
  }

  /// - Parameter kinds: whether to delete those without hard negatives, in this order.
  private func needlessPictures(_ kinds: [Bool], before end: Date? = nil) throws -> [PictureRecord]
  {
    var chosen: [PictureRecord] = []
    try forEachDeletable(kinds, before: end) { image, _ in
      chosen.append(image)
      return chosen.count < Self.deletedAtOnce
    }
    return chosen
  }

  private func needlessPictures(beyond limit: Int) throws -> [PictureRecord] {
    guard folderEntry(at: setup.folders.mined) != nil else { return [] }
    var excess =
      try listFolder(setup.folders.mined).filter { $0.kind == .file }.reduce(0) {
        $0 + $1.byteCount
      } - limit
    var chosen: [PictureRecord] = []
    guard excess > 0 else { return [] }
    try forEachDeletable([true, false]) { image, byteCount in
      chosen.append(image)
      excess -= byteCount
      return excess > 0 && chosen.count < Self.deletedAtOnce
    }
    return chosen
  }

  /// Gives pictures of `hn_mined` and their sizes to `body`, until that returns false.
  private func forEachDeletable(
    _ kinds: [Bool], before end: Date? = nil, _ body: (PictureRecord, Int) -> Bool
  ) throws {
    for areEmpty in kinds {
      var last: PictureRecord?
      while case let page = try ledger.deletable(areEmpty: areEmpty, before: end, after: last),
        !page.isEmpty
      {
        for image in page {
          guard let kept = image.kept, isMinedPicture(kept), let file = folderEntry(at: kept) else {
            continue
          }
          guard body(image, file.byteCount) else { return }
        }
        last = page.last
      }
    }
  }
}
