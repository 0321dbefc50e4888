internal import ArgumentParser
internal import Corpus
internal import Files
internal import Foundation
internal import Pictures
internal import Sharding
internal import SystemPackage

/// The options of `misfire mine` for one task of many.
struct ShardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --out: mine shard K of N, with K from 0 to N−1; a picture's content decides its shard.",
      discussion: """
        Default: the scheduler's SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX.
        """, valueName: "k/n"))
  var shard: String?

  @Option(
    help: ArgumentHelp(
      "How many shards there are, if the scheduler does not say, or if only some tasks are run again.",
      valueName: "n"))
  var shards: Int?

  @Option(
    help: ArgumentHelp(
      "The folder of shards; only the model is used, and neither ledger nor HDF5 file is touched.",
      valueName: "folder"), completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "With --out: a file that lists pictures, one path per line, or as `sha256sum` prints them.",
      discussion: "With SHA-256 sums, each task reads only its own pictures.", valueName: "file"),
    completion: .file())
  var list: String?

  @Flag(
    help: """
      With --out: treat the pictures as chosen by a person, as `misfire mine` treats those given by name. \
      Otherwise they are treated as dropped pictures, and what may show the object waits for a person.
      """)
  var chosen = false

  var isUsed: Bool { out != nil }

  func validate() throws {
    guard out == nil else { return }
    for (name, isSaid) in [
      ("--shard", shard != nil), ("--shards", shards != nil), ("--list", list != nil),
      ("--chosen", chosen),
    ] where isSaid {
      throw ValidationError("\(name) needs --out FOLDER")
    }
  }
}

extension Mine {
  /// Mines one shard, and exits with a status that tells a scheduler what to do.
  func mineShard() throws {
    let report: ShardReport
    do {
      report = try minedShard()
    } catch {
      note("Error: \(error)")
      throw ExitCode(TaskStatus.of(error))
    }
    if json { return try printJSON(report) }
    print(report.sentence)
  }

  private func minedShard() throws -> ShardReport {
    let environment = ProcessInfo.processInfo.environment
    let number = try ShardNumber(
      argument: sharding.shard, count: sharding.shards, environment: environment)
    let setup = try common.taskSetup(environment)
    let mining = ShardMining(
      setup, number, in: FilePath.arguments([sharding.out!])[0], isChosen: sharding.chosen)
    let leftOut = LeftOut()
    let pictures = try listed(leftOut)
    try data.tell(leftOut)
    return try mining.run(pictures) { note("misfire: \($0.path): \($0.reason)") }
  }

  private func listed(_ leftOut: LeftOut) throws -> PictureList {
    if stdin0 {
      var bytes: [UInt8] = []
      while case let part = try readStandardInput(), !part.isEmpty { bytes += part }
      return PictureList(zeroSeparated: bytes)
    }
    if let list = sharding.list { return try PictureList(file: FilePath.arguments([list])[0]) }
    do {
      return try PictureList(FilePath.arguments(pictures), leftOut)
    } catch let error as NoPictures {
      throw WrongCall("\(error)")
    }
  }
}
