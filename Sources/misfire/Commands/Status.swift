internal import ArgumentParser
internal import Detection
internal import Mining
internal import Text
internal import Training

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what came in, what waits and which model is live.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func run() throws {
    let miner = try common.lookingMiner()
    let status = try miner.status()
    if json { return try printJSON(status) }
    let hard = status.hardNegatives
    let missed = status.missedEvents
    print(
      """
      pictures        \(status.picturesInWords)
      hard negatives  \(hard.total.grouped): \(hard.sealed.grouped) in the HDF5 file, \
      \(hard.unsealed.grouped) in the ledger alone; \
      \(hard.setAside.grouped) wait for `misfire review`\
      \(hard.objects > 0 ? ", \(hard.objects.grouped) were called objects" : "")
      next training   \(status.nextTrainingInWords)
      mined pictures  \(status.saturationInWords)
      learning        \(status.learning.state.rawValue)
      missed events   \(missed.overflows.counted("overflow")), \(missed.rescans.counted("rescan")); \
      \(missed.foundByRescan.counted("picture")) found by these alone
      live model      \(miner.liveModelInWords)
      """)
    for finding in status.learning.findings { print("measured        \(finding)") }
    for step in status.learning.advice { print("to do           \(step)") }
  }
}
