internal import Corpus
internal import Detecting
internal import Detection
internal import Durable
internal import Files
internal import Foundation
package import Mining
package import Pictures
internal import Settings
package import SystemPackage
internal import Text

/// Merges shards into the ledger and the feature file, as if their pictures had been mined here.
///
/// Can run beside a daemon, and again with the same shards: pictures are identified by their content and windows by
/// their box, so nothing is added twice. Its memory use does not grow with the shards.
package struct ShardMerging {
  /// Which shards are accepted, by the model that mined them.
  package enum Models: String, Sendable, CaseIterable {
    /// Those of any one model, provided that all shards have the same one.
    case one
    /// Those of the model that is live here.
    case live
    /// All, whichever model mined them.
    case any
  }

  let miner: Miner
  private let models: Models
  private let mostConfident: Int?

  /// - Parameter mostConfident: accepts at most this many hard negatives, the most confident of all shards; nil: all.
  package init(_ miner: Miner, models: Models, mostConfident: Int?) {
    self.miner = miner
    self.models = models
    self.mostConfident = mostConfident
  }

  /// Merges shard files, and all shards in folders.
  /// - Parameters:
  ///   - tell: called immediately for each thing that is not merged, with the reason.
  ///   - progress: called with the number of shards done.
  /// - Returns: the result, including the problems of shards that were not merged.
  /// - Throws: if the machine fails. It is safe to call again.
  package func run(
    _ paths: [FilePath], tell: @escaping (String) -> Void, progress: ProgressHandler = { _ in }
  ) throws -> MergeReport {
    let start = ContinuousClock.now
    var run = Run(tell: tell, surroundings: miner.awaitedSurroundings())
    var shards = try found(paths, &run)
    try chooseModels(&shards, &run)
    run.objects = try miner.objectsFingerprint()
    if let mostConfident { run.choice = try choose(mostConfident, &shards, &run) }
    var merged: Set<String> = []
    for (index, shard) in shards.enumerated() {
      if !merged.contains(shard.checksum) {
        let isMerged = try unlessUnusable(shard, &run) { file, run in
          if run.choice == nil { try file.verify() }
          try merge(file, &run)
          run.report.shards += 1
        }
        if isMerged { merged.insert(shard.checksum) }
      }
      progress(TaskProgress(task: "shards merged", done: index + 1, total: shards.count))
    }
    try miner.seal()
    if run.report.notCompared > 0 {
      tell(
        """
        \(run.report.notCompared.counted("picture")) were mined without the image_dataset of these settings and cannot be \
        read here, so they may be resized copies of its pictures
        """)
    }
    run.report.seconds = start.duration(to: .now) / .seconds(1)
    return run.report
  }

  /// A shard that could be opened.
  private struct Found {
    let path: FilePath
    let number: ShardNumber
    let origin: ShardOrigin
    /// As it states itself. A damaged copy states the same, so it identifies the contents only once they are verified.
    let checksum: String
  }

  struct Run {
    var report = MergeReport()
    let tell: (String) -> Void
    let surroundings: AwaitedSurroundings
    var objects: String?
    var choice: MostConfident?
    /// The size of the features added since the last seal.
    var unsealedBytes = 0

    mutating func refuse(_ problem: String) {
      report.problems.append(problem)
      tell(problem)
    }
  }

  /// All shards that can be opened, copies included, in an order that does not depend on the order of `paths`.
  private func found(_ paths: [FilePath], _ run: inout Run) throws -> [Found] {
    var shards: [Found] = []
    var seen: Set<FilePath> = []
    for path in paths {
      let isFolder = path.isFolder
      let folder = ShardFolder(path: path)
      var numbers: Set<ShardNumber> = []
      for file in isFolder ? try folder.shards() : [path] {
        // A damaged shard is reported as damaged, not also as missing.
        if let named = ShardNumber(ofName: file) { numbers.insert(named) }
        guard seen.insert(file).inserted else { continue }
        do {
          let opened = try ShardFile(reading: file, for: miner.setup.hog)
          shards.append(
            Found(
              path: file, number: opened.number, origin: opened.origin, checksum: opened.checksum))
        } catch let error as ShardError {
          run.refuse("\(error)")
        }
      }
      if isFolder { try nameMissing(in: folder, besides: numbers, &run) }
    }
    return shards.sorted { one, other in
      (
        one.origin.generation ?? -1, one.origin.model, one.number.count, one.number.index,
        one.checksum, one.path.string
      )
        < (
          other.origin.generation ?? -1, other.origin.model, other.number.count, other.number.index,
          other.checksum, other.path.string
        )
    }
  }

  private func nameMissing(
    in folder: ShardFolder, besides numbers: Set<ShardNumber>, _ run: inout Run
  ) throws {
    let counts = try Set(numbers.map(\.count) + [folder.known()?.shards].compactMap(\.self))
    guard !counts.isEmpty else {
      return run.refuse(
        "\(folder.path): it contains no shard; name the --out folder of `misfire mine`")
    }
    for count in counts.sorted() {
      for index in 0..<count {
        guard let number = ShardNumber(index, of: count), !numbers.contains(number) else {
          continue
        }
        run.refuse(
          "\(folder.shard(number)): it is missing; mine shard \(number) again, or copy it here")
      }
    }
  }

  /// Removes the shards of models that are not accepted.
  private func chooseModels(_ shards: inout [Found], _ run: inout Run) throws {
    switch models {
    case .any: return
    case .one:
      let groups = Dictionary(grouping: shards, by: \.origin.modelInWords)
      guard groups.count > 1 else { return }
      let words = groups.map {
        "\(Set($1.map(\.checksum)).count.counted("shard")) made by model \($0)"
      }.sorted()
      run.refuse(
        """
        nothing was merged, because the shards were made by different models (\(words.joined(separator: ", "))); `--models live` \
        merges those of the live model, `--models any` merges all
        """)
      shards = []
    case .live:
      let live = ShardOrigin.model(try miner.requireDetector())
      for shard in shards where shard.origin.model != live {
        run.refuse(
          "\(shard.path): it was made by model \(shard.origin.modelInWords), which is not live; `--models any` merges it"
        )
      }
      shards.removeAll { $0.origin.model != live }
    }
  }

  /// Runs `body` with a shard. A shard that turns out to be damaged is reported, and what was merged of it before
  /// stays merged.
  /// - Returns: whether `body` succeeded.
  private func unlessUnusable(
    _ shard: Found, _ run: inout Run, _ body: (borrowing ShardFile, inout Run) throws -> Void
  ) throws -> Bool {
    do {
      try body(ShardFile(reading: shard.path, for: miner.setup.hog), &run)
      return true
    } catch let error as ShardError {
      run.refuse("\(error)")
      return false
    }
  }

  /// Reads all shards to determine which hard negatives are the most confident, and removes damaged shards and copies.
  private func choose(_ limit: Int, _ shards: inout [Found], _ run: inout Run) throws
    -> MostConfident
  {
    var choice = MostConfident(limit: limit)
    var whole: [Found] = []
    for shard in shards where shard.checksum != whole.last?.checksum {
      let isWhole = try unlessUnusable(shard, &run) { file, run in
        try file.verify()
        try file.forEachBlock(withFeatures: false) { pictures in
          for picture in pictures {
            for (_, found) in try taken(of: picture, file.origin, run).windows
            where !found.isSetAside {
              choice.add(found, of: picture.digest!)
            }
          }
        }
      }
      if isWhole { whole.append(shard) }
    }
    choice.finish()
    shards = whole
    return choice
  }

  private func merge(_ shard: borrowing ShardFile, _ run: inout Run) throws {
    let origin = shard.origin
    try shard.forEachBlock { pictures in
      var taken: [AcknowledgedPicture] = []
      var places: [(AcknowledgedPicture, FilePath)] = []
      for picture in pictures {
        let found = try self.taken(of: picture, origin, run)
        run.report.add(found)
        guard let new = acknowledged(picture, found, origin) else { continue }
        taken.append(new)
        if found.isNew { places.append((new, picture.path)) }
      }
      for new in try miner.ledger.acknowledge(taken) {
        let count = new.count { !$0.isSetAside }
        run.report.newHardNegatives += count
        run.report.newSetAside += new.count - count
        run.unsealedBytes += count * miner.setup.hog.featureCount * MemoryLayout<Float>.stride
      }
      FaultPoint.reach(.acknowledged)
      // Record where the picture was read. A machine that shares the folder finds it there; any other need not search
      // for it.
      try miner.ledger.recordKept(places.map { ($0.0.sha256, $0.1) })
      if miner.featureFile.isSealDue(whileMerging: run.unsealedBytes) {
        try miner.seal()
        run.unsealedBytes = 0
        do {
          _ = try miner.mergeSegments()
        } catch is FileLock.Held {
          // The process that holds the lock does it, or the next to merge.
        }
      }
    }
  }
}

extension ShardNumber {
  /// Parses a shard file's name; nil if it is not one.
  fileprivate init?(ofName path: FilePath) {
    guard let stem = path.stem, let match = stem.wholeMatch(of: /shard-([0-9]+)-of-([0-9]+)/),
      let index = Int(match.1), let count = Int(match.2)
    else { return nil }
    self.init(index, of: count)
  }
}
