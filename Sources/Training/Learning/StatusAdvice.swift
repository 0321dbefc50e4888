internal import Corpus
internal import Detecting
internal import Detection
internal import Evaluation
internal import Files
package import Mining
internal import Settings
internal import Text

/// What `misfire status` and the pages show first: what is wrong, and what to do, the next step first.
package struct StatusAdvice: Sendable {
  package private(set) var wrong: [String] = []
  package private(set) var steps: [String] = []

  package init(_ status: MiningStatus, of miner: Miner) throws {
    let setup = miner.setup
    let isServed = StateLock.isHeld(setup.files.ledger)
    try noteLostRows(status, miner)
    noteService(status, miner, isServed)
    if isServed != false, try miner.ledger.isIntakeStopped() {
      wrong.append(
        "misfired takes no more pictures, because most of the last ones dropped look like the object; \(status.images.waiting.grouped) wait"
      )
      steps.append(
        "if they do not belong here, remove them from \(setup.folders.inbox) and run `misfire forget --since`; if they do, run `misfire review` and reload misfired"
      )
    }
    let deaths = try TrainingMark.deathCount(
      statePath: setup.files.ledger, memory: setup.training.memory)
    if deaths > 0 {
      wrong.append(
        "misfired has died while training \(deaths == 1 ? "once" : "\(deaths) times") since the machine started; it now trains later, with less memory"
      )
      steps.append(
        "see the journal for the cause; if memory ran out, lower training_memory in \(setup.path)")
    }
    if status.images.quarantined > 0 {
      wrong.append("\(status.images.quarantined.counted("picture")) cannot be used")
      steps.append(
        "see NAME.reason.txt in \(setup.folders.quarantine) for the reason; `misfire retry` tries a picture again, `misfire quarantine prune` removes them"
      )
    }
    if status.hardNegatives.setAside > 0 {
      wrong.append(
        "\(status.hardNegatives.setAside.counted("window")) may show the object, so they are not learnt from"
      )
      steps.append("decide about them: `misfire review`")
    }
    try noteTakenBack(status, miner)
    if let unmined = UnminedDetections(of: miner) {
      wrong.append(unmined.problem)
      steps.append(unmined.remedy)
    }
    // What keeps it from learning at all comes before what waits.
    if miner.detector == nil {
      (wrong, steps) = (status.learning.findings + wrong, status.learning.advice + steps)
    } else {
      wrong += status.learning.findings
      steps += status.learning.advice
    }
    if steps.isEmpty { steps.append(Self.nextStep(status, miner, isServed)) }
  }

  /// The HDF5 file, if it is gone with the rows in it.
  private mutating func noteLostRows(_ status: MiningStatus, _ miner: Miner) throws {
    let file = miner.setup.files.features
    let trained = try status.generation.flatMap { try miner.ledger.generation($0) }
    let hadRows = status.hardNegatives.sealed > 0 || trained.map { $0.positives > 0 } == true
    guard hadRows, file.status(following: true) == nil else { return }
    wrong.append("\(file) is gone, so nothing can be trained")
    steps.append("restore it, or make it again: `misfire extract`, then `misfire verify --repair`")
  }

  /// Pictures that wait while nothing takes them.
  private mutating func noteService(
    _ status: MiningStatus, _ miner: Miner, _ isServed: Bool?
  ) {
    // Without a model, a daemon would not take them either.
    guard isServed == false, status.images.waiting > 0, miner.detector != nil else { return }
    wrong.append(
      "misfired is not running, so nothing takes the \(status.images.waiting.counted("picture")) in \(miner.setup.folders.inbox)"
    )
    steps.append("start misfired")
  }

  /// What the live generation has learnt, and should not have.
  private mutating func noteTakenBack(_ status: MiningStatus, _ miner: Miner) throws {
    guard let live = status.generation, status.takenBack > 0 else { return }
    wrong.append(
      "the live generation \(live) has learnt from \(status.takenBack.counted("hard negative")) taken back since"
    )
    let back = try miner.ledger.cleanGeneration(before: live).map {
      "go back to generation \($0), the last that never saw them: `misfire forget --rollback`; or "
    }
    let unpin = status.isPinned ? "`misfire models unpin`, then " : ""
    steps.append("\(back ?? "")train one without them: \(unpin)`misfire train`")
  }

  /// What to do if nothing is wrong.
  /// - Parameter isServed: whether misfired is running; nil if that is not known.
  private static func nextStep(_ status: MiningStatus, _ miner: Miner, _ isServed: Bool?)
    -> String
  {
    let unless = isServed == nil ? ", unless misfired is running" : ""
    if status.images.waiting > 0, isServed == nil {
      return
        "\(status.images.waiting.counted("picture")) wait in \(miner.setup.folders.inbox): start misfired, unless it is running"
    }
    if status.hardNegatives.sinceTraining >= status.retrainThreshold, isServed != true {
      return "train on the new hard negatives: `misfire train`\(unless)"
    }
    return "drop pictures without the object into \(miner.setup.folders.inbox)"
  }
}
