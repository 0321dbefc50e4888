internal import Corpus
internal import Detecting
internal import Detection
package import Mining
internal import Settings

extension Miner {
  /// Whether training still improves the detector, and what to do if it does not.
  package func learning() throws -> Learning {
    let counts = try ledger.counts()
    let trainings = try ledger.trainingTally()
    let pass = try ledger.lastRemining()
    var facts = LearningFacts()
    facts.hasModel = detector != nil
    facts.unusableModel = unusableModel.map { "\($0)" }
    facts.trainings = trainings.all
    facts.refusalsInARow = trainings.refusedInARow
    facts.positives = trainings.positives
    facts.evaluation = detector?.evaluation
    facts.targetFPPI = setup.threshold.targetFPPI
    facts.minedPictures = counts.mined
    facts.hardNegatives = counts.hardNegatives
    facts.setAside = counts.setAside
    facts.retrainThreshold = setup.mining.retrainThreshold
    facts.isSaturated =
      trainings.isLastUnchanged
      || pass.map {
        $0.generation == detector?.generation && Saturation(ratio: $0.ratio).isReached
      } ?? false
    return Learning(facts)
  }
}
