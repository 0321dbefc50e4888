package import Corpus
package import Detection

/// Decides which hits of a picture may show the object and wait for a person.
///
/// A hit with a margin above `margin` may be the object. One that overlaps it (see `Box.shows`) then shows it as well. A
/// picture with two or more such hits is of the wrong kind, and all of its hits wait.
package struct Doubt: Sendable {
  /// A hit with a larger margin may be the object.
  package let margin: Double
  /// Whether all hits wait, whatever their margins.
  let isOfAll: Bool
  /// Whether all hits wait if the guard finds that the picture may show the object.
  let isGuarded: Bool
  /// What a person called an object: hits that overlap it show it, too.
  package let objects: [Box]

  /// If this many hits may be the object, all of a picture waits, whether they overlap or not.
  private static let severalCount = 2

  /// Nothing waits: a person chose the picture.
  package static let none = Doubt(margin: .infinity, isGuarded: false)

  package init(
    margin: Double, ofAll isOfAll: Bool = false, isGuarded: Bool = true, objects: [Box] = []
  ) {
    self.margin = margin
    self.isOfAll = isOfAll
    self.isGuarded = isGuarded
    self.objects = objects
  }

  /// The doubt about a picture that was mined before: while any of its windows waits, so do newly found ones. If it has
  /// windows that do not wait, the guard accepted it, or a person has decided.
  /// - Parameter known: its windows.
  package init(margin: Double, known: [HardNegativeRecord]) {
    self.init(
      margin: margin, ofAll: known.contains { $0.verdict == .setAside },
      isGuarded: known.isEmpty,
      objects: known.filter { $0.verdict == .object }.map(\.hardNegative.box))
  }

  /// - Returns: for each hit whether it waits.
  func judge(_ hits: [ScanHit]) -> [Bool] {
    let likely = hits.filter { $0.margin > margin }.map(\.box)
    let isWhole = isOfAll || likely.count >= Self.severalCount
    let shown = likely + objects
    return hits.map { hit in isWhole || shown.contains { $0.shows(hit.box) } }
  }
}

extension Box {
  /// Whether `other` also shows what this box shows: they overlap by more than 0.3 (intersection over union).
  package func shows(_ other: Box) -> Bool {
    intersectionOverUnion(with: other) > 0.3
  }
}
