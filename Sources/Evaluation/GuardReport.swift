package import Corpus
internal import Text

/// A guard's results on pictures that it was not trained on.
package struct GuardReport: Sendable, Codable, Equatable {
  /// The pictures of objects it was measured on, and how many of them it catches.
  package let objects, caught: Int
  /// The pictures without the object, and how many of them it holds up.
  package let negatives, heldUp: Int
  /// Whether the pictures of objects are held out; if too few are, those it was trained on take their place.
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
    and holds up \(heldUp.grouped) of \(negatives.grouped) others
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
