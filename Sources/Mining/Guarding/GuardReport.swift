internal import Corpus
internal import Detection

/// What a guard does with pictures that did not teach it.
package struct GuardReport: Sendable, Codable, Equatable {
  /// The pictures of objects that it was measured by, and how many of them it catches.
  package let objects, caught: Int
  /// The pictures without the object, and how many of them it holds up.
  package let negatives, heldUp: Int
  /// Whether the pictures of objects are held out; where too few are, those that taught it stand in.
  package let isHeldOut: Bool

  /// A sentence.
  package var sentence: String {
    """
    the guard catches \(caught.grouped) of \(objects.counted(isHeldOut ? "held-out picture" : "picture")) of the object \
    and holds up \(heldUp.grouped) of \(negatives.grouped) others
    """
  }
}

/// A guard, and what it does.
struct MeasuredGuard: Sendable {
  let guardian: ObjectGuard
  let report: GuardReport
}
