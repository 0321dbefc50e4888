package import Corpus
internal import Text

/// What a guard does with pictures that did not teach it.
package struct GuardReport: Sendable, Codable, Equatable {
  /// The pictures of objects that it was measured by, and how many of them it catches.
  package let objects, caught: Int
  /// The pictures without the object, and how many of them it holds up.
  package let negatives, heldUp: Int
  /// Whether the pictures of objects are held out; where too few are, those that taught it stand in.
  package let isHeldOut: Bool

  package init(objects: Int, caught: Int, negatives: Int, heldUp: Int, isHeldOut: Bool) {
    self.objects = objects
    self.caught = caught
    self.negatives = negatives
    self.heldUp = heldUp
    self.isHeldOut = isHeldOut
  }

  /// A sentence.
  package var sentence: String {
    """
    the guard catches \(caught.grouped) of \(objects.counted(isHeldOut ? "held-out picture" : "picture")) of the object \
    and also holds up \(heldUp.grouped) of \(negatives.grouped) others
    """
  }
}

/// A guard, and what it does.
package struct MeasuredGuard: Sendable {
  package let detector: ObjectGuard
  package let report: GuardReport

  package init(detector: ObjectGuard, report: GuardReport) {
    self.detector = detector
    self.report = report
  }
}
