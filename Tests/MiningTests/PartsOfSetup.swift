import Corpus
import Detection
import Settings

@testable import Detecting
@testable import Evaluation
@testable import Pictures
@testable import Training
@testable import Verification

// Parts of the program as a detector of these settings has them.

extension Objects {
  init(_ setup: Setup, _ leftOut: LeftOut = LeftOut()) throws {
    try self.init(setup.objects, by: setup.reader, leftOut)
  }
}

extension Threshold {
  init(_ setup: Setup, _ sigmoid: Sigmoid) { self.init(setup.threshold, sigmoid, nil) }
}

extension EvaluationReport {
  init(
    _ scores: HeldOutScores, calibratedBy sigmoid: Sigmoid, _ threshold: Threshold, _ setup: Setup
  ) {
    self.init(
      scores, calibratedBy: sigmoid, threshold, setup.threshold, setup.training)
  }
}

extension LinearSVM {
  func scores(on set: EvaluationSet, _ setup: Setup) throws -> HeldOutScores {
    try scores(on: set, setup.detection, by: setup.reader)
  }
}

extension Verification {
  init(of setup: Setup) throws { try self.init(of: setup.files, for: setup.hog) }

  func repair(with setup: Setup, isForgetting: Bool = false) throws -> FeatureFile.Rebuilt? {
    try repair(
      in: setup.folders, setup.mining, by: setup.reader,
      isForgetting: isForgetting)
  }

  func pictureFindings(_ setup: Setup) throws -> [Finding] {
    try pictureFindings(in: setup.folders, threads: setup.threads)
  }
}
