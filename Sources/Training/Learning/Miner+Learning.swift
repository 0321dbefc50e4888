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
    facts.isSaturated = try isSaturated() == true
    return Learning(facts)
  }

  /// Whether more pictures like the mined ones will not help: because the last training learnt nothing from new hard
  /// negatives, or as the last complete pass over the mined pictures says; nil if there was none with the live model, or no
  /// picture in it.
  func isSaturated() throws -> Bool? {
    if try ledger.trainingTally().hasLearntNothing { return true }
    guard let pass = try ledger.lastRemining(), pass.generation == detector?.generation,
      pass.pictures > 0
    else {
      return nil
    }
    return Saturation(ratio: pass.ratio).isReached
  }
}
