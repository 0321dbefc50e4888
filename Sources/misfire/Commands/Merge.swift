internal import ArgumentParser
internal import Files
internal import Pictures
internal import Sharding
internal import SystemPackage

extension ShardMerging.Models: ExpressibleByArgument {}

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Merge the shards of `misfire mine --shard` into the ledger and the HDF5 file.",
    discussion: """
      The result is as if their pictures had been mined here: what the guard held back waits for `misfire review`, and \
      pictures of the object, held-out and forgotten pictures are refused. It is safe to run while the daemon runs. \
      Shards may be merged in any order and more than once: pictures are identified by their content and windows by their \
      boxes, so nothing is added twice. If a shard is damaged or missing, it is named, the others are merged, \
      and the exit status is 1.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(
    help: "Shards, or folders of shards; in a folder none may be missing.", completion: .file())
  var shards: [String]

  @Option(
    help: ArgumentHelp(
      "Which shards to merge: those of one model, whichever it is; those of the live model; or any.",
      valueName: "one|live|any"))
  var models = ShardMerging.Models.one

  @Option(
    help: ArgumentHelp(
      "Keep at most this many hard negatives, the most confident of all these shards.",
      discussion: "Windows that wait for a person do not count.", valueName: "m"))
  var mostConfident: Int?

  @Flag(help: ArgumentHelp("Print the result as JSON.", discussion: JSONShape.merge))
  var json = false

  func validate() throws {
    guard mostConfident ?? 1 > 0 else {
      throw ValidationError("--most-confident must be at least 1")
    }
  }

  func run() throws {
    let merging = ShardMerging(
      try common.recoveredMiner(), models: models, mostConfident: mostConfident)
    let bar = ProgressBar()
    let report = try merging.run(
      FilePath.arguments(shards), tell: { note("misfire: \($0)") }, progress: { bar.show($0) })
    bar.finish()
    if json { try printJSON(report) } else { print(report.sentence) }
    guard report.isWhole else { throw ExitCode.failure }
  }
}
