internal import ArgumentParser
internal import Detection
internal import Mining

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what came in, what waits and which model is live.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func run() throws {
    let miner = try Miner(settings: common.settings())
    let status = try miner.status()
    if json { return try printJSON(status) }
    let images = status.images
    let hard = status.hardNegatives
    let missed = status.missedEvents
    print(
      """
      pictures        \(images.mined.grouped) mined, \(images.heldOut.grouped) held out, \
      \(images.quarantined.grouped) in quarantine, \(images.waiting.grouped) waiting
      hard negatives  \(hard.total.grouped): \(hard.sealed.grouped) in the HDF5 file, \
      \(hard.unsealed.grouped) in the ledger alone; \
      \(hard.setAside.grouped) wait for `misfire review`
      next training   \(hard.sinceTraining.grouped) of \(status.retrainThreshold.grouped) \
      hard negatives
      mined pictures  \(status.saturationInWords)
      missed events   \(counted(missed.overflows, "overflow")), \(counted(missed.rescans, "rescan")); \
      \(counted(missed.foundByRescan, "picture")) found by these alone
      live model      \(miner.liveModelInWords)
      """)
  }
}
