package import Corpus
internal import Detection
internal import Digest
internal import Files
internal import Mining
internal import Pictures
package import Settings
internal import SystemPackage
internal import Text

extension Verification {
  /// Checks that each picture is where the ledger says, and unchanged, and that the ledger knows each; it reads all of
  /// them.
  package func pictureFindings(in folders: Folders, threads: Int) throws -> [Finding] {
    var findings = try unplacedFindings(in: folders)
    for state in PictureRecord.State.allCases {
      try ledger.forEachPage(of: state) { page in
        findings += concurrentMap(count: page.count, threads: threads) {
          finding(of: page[$0])
        }.compactMap(\.self)
      }
    }
    return try findings + unknownFileFindings(in: folders)
  }

  private func finding(of picture: PictureRecord) -> Finding? {
    // Forgotten pictures no longer matter, nor do those being deleted.
    guard let kept = picture.kept, picture.state != .forgotten, picture.deleted == nil else {
      return nil
    }
    func finding(_ problem: String, _ advice: String) -> Finding {
      Finding(path: kept, problem: problem, remedy: .advice(advice))
    }
    do {
      guard try PictureBytes(reading: kept).digest != picture.sha256 else { return nil }
      return finding(
        "it is a different picture from the one that was \(picture.state.inWords)",
        "restore that one" + (picture.loss == nil ? ", or move it away" : ""))
    } catch  where error.reason == .noSuchFileOrDirectory {
      return picture.loss.map {
        finding("the picture is gone", "put it back, or `misfire forget` it: \($0)")
      }
    } catch {
      return finding("the picture cannot be read (\(error.reason))", error.reason.readingAdvice)
    }
  }

  /// Pictures whose place was not recorded: the next start finds them if they exist.
  private func unplacedFindings(in folders: Folders) throws -> [Finding] {
    let unplaced = try ledger.unplaced().filter { $0.state != .forgotten }
    let places = try ledger.places(
      of: unplaced, in: [folders.inbox, folders.mined, folders.quarantine])
    return unplaced.compactMap { picture in
      let name = FilePath(root: nil, [picture.name])
      if places[picture.sha256] != nil {
        return Finding(
          path: name,
          problem:
            "this picture (SHA-256 \(picture.sha256)) was moved, but its new place is not recorded",
          remedy: .recovery)
      }
      return picture.loss.map { loss in
        Finding(
          path: name,
          problem:
            "this picture (SHA-256 \(picture.sha256)) was removed before it could be moved to its folder",
          remedy: .advice("drop it in again: \(loss)"))
      }
    }
  }

  /// Files among the mined or refused pictures that the ledger does not know.
  private func unknownFileFindings(in folders: Folders) throws -> [Finding] {
    let known = try ledger.places()
    let filled = [folders.mined, folders.quarantine].filter { folderEntry(at: $0) != nil }
    let files = try filled.flatMap { try listFolder($0) }.filter {
      $0.kind == .file && !known.contains($0.path) && !$0.isReasonOrDraft
    }
    return try files.compactMap { file in
      do {
        // A picture that was dropped in twice exists twice; the ledger has the later place.
        guard try ledger.picture(PictureBytes(reading: file.path).digest) == nil else { return nil }
      } catch let error as PictureUnreadable {
        return Finding(
          path: file.path, problem: "this file cannot be read", remedy: .advice(error.advice))
      }
      return Finding(
        path: file.path, problem: "this file is not in the ledger",
        remedy: .advice("move it into \(folders.inbox) to mine it, or move it elsewhere"))
    }
  }
}

extension PictureRecord {
  /// What is lost with its picture; nil for one that a person may delete.
  fileprivate var loss: String? {
    if hardNegatives > 0 {
      return "without it its \(hardNegatives.counted("hard negative")) cannot be rebuilt"
    }
    return state == .heldOut ? "without it there are fewer pictures to measure detectors with" : nil
  }
}

extension PictureRecord.State {
  fileprivate var inWords: String {
    switch self {
    case .mined: "mined"
    case .heldOut: "held out"
    case .quarantined: "quarantined"
    case .forgotten: "forgotten"
    }
  }
}
