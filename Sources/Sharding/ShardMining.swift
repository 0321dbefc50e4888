package import Corpus
internal import Detecting
internal import Detection
internal import Digest
internal import Durable
internal import Files
internal import Foundation
internal import Mining
internal import Pictures
package import Settings
package import SystemPackage
internal import Text

/// One task of a mining that many machines share. It mines the pictures of its shard and needs nothing but the model.
///
/// **Invariant:** it writes only to the folder of shards, and a shard that exists is complete.
package struct ShardMining {
  private let setup: Setup
  private let number: ShardNumber
  private let folder: ShardFolder
  private let isChosen: Bool

  /// - Parameters:
  ///   - folder: where all shards of the mining are written.
  ///   - isChosen: whether a person vouches for the pictures. If not, they are treated like dropped ones: the guard
  ///     holds back what may show the object.
  package init(_ setup: Setup, _ number: ShardNumber, in folder: FilePath, isChosen: Bool) {
    self.setup = setup
    self.number = number
    self.folder = ShardFolder(path: folder)
    self.isChosen = isChosen
  }

  /// Mines the pictures that are not mined yet, and writes the shard. If the shard is already complete, it does
  /// nothing.
  ///
  /// Waits while another task works on the same shard.
  /// - Parameter tell: called for each picture that cannot be used.
  /// - Throws: an error for which `TaskStatus` gives the exit status.
  package func run(_ list: PictureList, tell: (ShardPicture) -> Void) throws -> ShardReport {
    try list.requireSome()
    let miner = try Miner(setup: setup, isApart: true)
    let origin = try ShardOrigin(of: miner, isChosen: isChosen, shards: number.count)
    try folder.require(origin)
    return try FileLock.holding(folder.lock(number)) {
      if try isComplete(origin) {
        var report = ShardReport(number, folder.shard(number))
        report.state = .skipped
        return report
      }
      return try mine(list, miner, origin, tell)
    }
  }

  /// Whether the shard exists, is complete and has the same origin. A damaged shard is made again.
  private func isComplete(_ origin: ShardOrigin) throws -> Bool {
    do {
      let shard = try ShardFile(reading: folder.shard(number), for: setup.hog)
      guard shard.origin == origin, shard.number == number else { return false }
      try shard.verify()
      return true
    } catch is ShardError {
      return false
    }
  }

  private func mine(
    _ list: PictureList, _ miner: Miner, _ origin: ShardOrigin, _ tell: (ShardPicture) -> Void
  ) throws -> ShardReport {
    let start = ContinuousClock.now
    let path = folder.draft(number)
    var run = Run(
      report: ShardReport(number, folder.shard(number)),
      draft: try ShardDraft(path, number, origin, featureCount: setup.hog.featureCount),
      progress: ShardProgress(folder.progress(number), number))
    run.report.listed = list.entries.count
    try run.draft.forEachPicture { run.report.add($0) }
    let threads = setup.threads
    var waiting: [PictureList.Entry] = []
    for start in stride(from: 0, to: list.entries.count, by: threads * 64) {
      let block = list.entries[start..<min(start + threads * 64, list.entries.count)]
      waiting += try own(block, &run, tell)
      run.looked = block.endIndex - waiting.count
      let isLast = block.endIndex == list.entries.count
      // Enough to keep every thread busy, but few enough that a killed task loses little.
      while waiting.count >= threads * 8 || (isLast && !waiting.isEmpty) {
        let part = Array(waiting.prefix(threads * 8))
        waiting.removeFirst(part.count)
        run.looked += part.count
        try mine(part, miner, &run, tell)
      }
    }
    try run.requirePictures(list.entries.count)
    try ShardFile.write(
      folder.shard(number), number, origin, hog: setup.hog, from: run.draft, and: run.others)
    try Durable.remove(path)
    run.report.seconds = start.duration(to: .now) / .seconds(1)
    run.progress.show(run.report, looked: list.entries.count, mined: 0, end: "complete")
    return run.report
  }

  /// The state of one task.
  private struct Run: ~Copyable {
    var report: ShardReport
    var draft: ShardDraft
    var progress: ShardProgress
    /// Pictures without rows. If the task is interrupted, the next attempt processes them again.
    var others: [ShardPicture] = []
    /// How many pictures of the list are done, and how many of its files could be read.
    var looked = 0
    var readCount = 0
    /// Pictures that could not be read because of the disk or the network.
    var failing: [ShardPicture] = []

    mutating func add(_ other: ShardPicture) {
      others.append(other)
      report.add(other)
    }

    /// Throws if pictures could not be read because of the machine, or if none could be read and files are missing.
    func requirePictures(_ listed: Int) throws {
      if let first = failing.first {
        throw MachineFailing(
          description: """
            \(failing.count.counted("picture")) cannot be read for now, the first of them \(first.path): \(first.reason). All others \
            are mined: start the task again, or remove these from the list
            """)
      }
      guard readCount > 0 || report.missing == 0 || !draft.contents.isEmpty else {
        throw MachineFailing(
          description: """
            none of \(report.missing.counted("picture")) exists, for example \(others.first.map { "\($0.path)" } ?? "any"): \
            is their folder mounted on this machine?
            """)
      }
    }
  }

  /// The pictures that belong to this shard and are not in the draft yet.
  private func own(
    _ entries: ArraySlice<PictureList.Entry>, _ run: inout Run, _ tell: (ShardPicture) -> Void
  ) throws -> [PictureList.Entry] {
    // If all pictures are this shard's and none is mined yet, the scan is about to read them anyway.
    guard number.count > 1 || !run.draft.contents.isEmpty else { return Array(entries) }
    let (reader, start) = (setup.reader, entries.startIndex)
    let contents = try concurrentMap(count: entries.count, threads: reader.threads) {
      index throws(PictureUnreadable) -> Result<SHA256Digest, PictureUnreadable> in
      let entry = entries[start + index]
      if let digest = entry.digest { return .success(digest) }
      do throws(PictureUnreadable) {
        return .success(
          try PictureBytes(reading: entry.path, maximumCount: reader.maximumByteCount).digest)
      } catch {
        guard !error.isMachineFailing else { throw error }
        return .failure(error)
      }
    }
    var own: [PictureList.Entry] = []
    for (entry, content) in zip(entries, contents) {
      switch content {
      case .success(let digest):
        if entry.digest == nil { run.readCount += 1 }
        guard number.contains(digest) else { continue }
        guard let mined = run.draft.contents[digest] else {
          own.append(entry)
          continue
        }
        if mined != entry.path {
          run.add(ShardPicture(path: entry.path, digest: digest, outcome: .known))
        }
      case .failure(let error):
        // Its content is unknown, so its path decides its shard.
        guard number.contains(SHA256Digest(of: entry.path.bytes)) else { continue }
        leaveOut(entry.path, error.reason, &run, tell)
      }
    }
    return own
  }

  private func mine(
    _ part: [PictureList.Entry], _ miner: Miner, _ run: inout Run, _ tell: (ShardPicture) -> Void
  ) throws {
    var mined: [ShardPicture] = []
    var contents: Set<SHA256Digest> = []
    for (entry, scanned) in zip(part, try miner.scanApart(part.map(\.path), isChosen: isChosen)) {
      if case .unreadable(let reason) = scanned.fate {
        leaveOut(entry.path, reason, &run, tell)
        continue
      }
      run.readCount += 1
      var picture = ShardPicture(scanned)
      if let promised = entry.digest, promised != picture.digest {
        picture = ShardPicture(
          path: entry.path, digest: nil, outcome: .unreadable,
          reason: "its content differs from the list: make the list again")
        run.add(picture)
        tell(picture)
      } else if run.draft.contents[picture.digest!] != nil
        || !contents.insert(picture.digest!).inserted
      {
        run.add(ShardPicture(path: entry.path, digest: picture.digest, outcome: .known))
      } else {
        mined.append(picture)
        if [.refused, .object].contains(picture.outcome) { tell(picture) }
      }
    }
    try run.draft.append(mined)
    FaultPoint.reach(.acknowledged)
    for picture in mined { run.report.add(picture) }
    run.progress.show(run.report, looked: run.looked, mined: part.count)
  }

  /// Records a picture that cannot be read.
  private func leaveOut(
    _ path: FilePath, _ reason: Errno, _ run: inout Run, _ tell: (ShardPicture) -> Void
  ) {
    let picture = ShardPicture(
      path: path, digest: nil, outcome: .unreadable,
      reason: PictureUnreadable(path: path, reason: reason).advice)
    if Self.isOfFile.contains(reason) {
      if reason == .noSuchFileOrDirectory { run.report.missing += 1 }
      run.add(picture)
    } else {
      run.failing.append(picture)
    }
    tell(picture)
  }

  /// Errors of the file itself. Others can be due to the disk or the network, and need not occur on another machine.
  private static let isOfFile: Set<Errno> = [
    .noSuchFileOrDirectory, .notDirectory, .isDirectory, .permissionDenied, .notPermitted,
    .invalidArgument, .fileTooLarge, .tooManySymbolicLinkLevels, .fileNameTooLong,
    .noSuchAddressOrDevice,
  ]
}

extension ShardPicture {
  /// - Precondition: the picture could be read.
  fileprivate init(_ scanned: ScannedPicture) {
    self.init(
      path: scanned.path, digest: scanned.digest, byteCount: scanned.byteCount, outcome: .known,
      reason: scanned.fate.refusal ?? "", windows: scanned.findings.windows,
      nanoseconds: Int(scanned.duration / .nanoseconds(1)))
    switch scanned.fate {
    case .mined:
      outcome = .mined
      hardNegatives = scanned.findings.hardNegatives
      features = scanned.findings.features
    case .heldOut, .shown: outcome = .heldOut
    case .refused: outcome = .refused
    case .refusedAsObject: outcome = .object
    // These do not occur here: pictures are decoded without the short time limit, and are not moved.
    case .known, .slow, .unreadable, .unplaced, .unmovable: break
    }
  }
}
