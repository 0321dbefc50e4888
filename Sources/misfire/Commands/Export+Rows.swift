internal import Corpus
internal import Durable
internal import Mining
internal import SystemPackage
internal import Text

extension Export {
  /// Writes the rows of the HDF5 file, however many segments it has, into one file.
  func exportRows(to target: FilePath) throws {
    let kind = OwnFile.new(orElse: "use --overwrite")
    if !overwrite { try kind.require(at: target) }
    let miner = try common.readOnlyMiner()
    let count = try miner.featureFile.export(
      to: target, as: overwrite ? .anything : kind,
      hardNegatives: hardNegatives.map { .mostConfident($0) } ?? .all)
    note(
      "wrote \(target): \(count.features.counted("row")) of features and \(count.hardNegatives.counted("hard negative"))"
    )
  }
}
