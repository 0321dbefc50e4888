internal import ArgumentParser
internal import Pictures
internal import Sharding
internal import SystemPackage

extension ShardMerging.Models: ExpressibleByArgument {}

struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the shards of `misfire mine --shard` into the ledger and the HDF5 file.",
    discussion: """
      As if their pictures had been mined here: what the guard held back waits for `misfire review`, and \
      pictures of the object, held-out and forgotten ones are refused. Works beside a running daemon. \
      Shards may be merged in any order and again: a picture is told by its content and a window by its \
      box, so nothing is there twice. A shard that is damaged or missing is named, the others are merged, \
      and the status is 1.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(
    help: "Shards, or folders of them, of which none may be missing then.", completion: .file())
  var shards: [String]

  @Option(
    help: ArgumentHelp(
      "Whose shards are merged: those of one model whichever it is, those of the live model, or any.",
      valueName: "one|live|any"))
  var models = ShardMerging.Models.one

  @Option(
    help: ArgumentHelp(
      "Keep no more hard negatives than this, the most confident of all these shards.",
      discussion: "What waits for a person is not counted among them.", valueName: "m"))
  var mostConfident: Int?

  @Flag(help: ArgumentHelp("Print the result as JSON.", discussion: JSONShape.merge))
  var json = false

  func validate() throws {
    guard mostConfident ?? 1 > 0 else { throw ValidationError("--most-confident is at least 1") }
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
