internal import ArgumentParser
internal import Mining

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what came in, what waits and which model is live.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the numbers as JSON.")
  var json = false

  func run() throws {
    let status = try Miner(settings: common.settings()).status()
    if json { return try printJSON(status) }
    let images = status.images
    let hard = status.hardNegatives
    let missed = status.missedEvents
    print(
      """
      pictures        \(grouped(images.mined)) mined, \(grouped(images.heldOut)) held out, \
      \(grouped(images.quarantined)) in quarantine, \(grouped(images.waiting)) waiting
      hard negatives  \(grouped(hard.total)): \(grouped(hard.sealed)) in the HDF5 file, \
      \(grouped(hard.unsealed)) in the ledger alone; \
      \(grouped(hard.setAside)) wait for `misfire review`
      next training   \(grouped(hard.sinceTraining)) of \(grouped(status.retrainThreshold)) \
      hard negatives
      mined pictures  \(saturation(status.isSaturated))
      missed events   \(counted(missed.overflows, "overflow")), \(counted(missed.rescans, "rescan")); \
      \(counted(missed.foundByRescan, "picture")) found by these alone
      live model      \(status.generation.map { "generation \($0)" } ?? "none: run `misfire train`")
      """)
  }

  private func saturation(_ isSaturated: Bool?) -> String {
    switch isSaturated {
    case true?: "more of the same will not help"
    case false?: "still teach something: train again"
    case nil: "not yet looked at again with the live model: `misfire mine --mined`"
    }
  }
}
