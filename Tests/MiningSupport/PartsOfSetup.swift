package import Corpus
internal import Detecting
package import Detection
package import Evaluation
package import Pictures
package import Settings
internal import Training
internal import Verification

// Parts of the program as a detector of these settings has them.

extension Objects {
  package init(_ setup: Setup, _ leftOut: LeftOut = LeftOut()) throws {
    try self.init(setup.objects, by: setup.reader, leftOut)
  }
}

extension Threshold {
  package init(_ setup: Setup, _ sigmoid: Sigmoid) { self.init(setup.threshold, sigmoid, nil) }
}

extension EvaluationReport {
  package init(
    _ scores: HeldOutScores, calibratedBy sigmoid: Sigmoid, _ threshold: Threshold, _ setup: Setup
  ) {
    self.init(
      scores, calibratedBy: sigmoid, threshold, setup.threshold, setup.training)
  }
}

extension LinearSVM {
  package func scores(on set: EvaluationSet, _ setup: Setup) throws -> HeldOutScores {
    try scores(on: set, setup.detection, by: setup.reader)
  }
}

extension Verification {
  package init(of setup: Setup) throws { try self.init(of: setup.files, for: setup.hog) }

  package func repair(with setup: Setup, isForgetting: Bool = false) throws -> FeatureFile.Rebuilt?
  {
    try repair(
      in: setup.folders, setup.mining, by: setup.reader,
      isForgetting: isForgetting)
  }

  package func pictureFindings(_ setup: Setup) throws -> [Finding] {
    try pictureFindings(in: setup.folders, threads: setup.threads)
  }
}
