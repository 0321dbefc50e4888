import Corpus
import Durable
import Foundation
import SystemPackage

/// Operations on a feature file with segments.
extension Undertaking {
  /// A plain file becomes the first segment, and a second one is added.
  ///
  /// The folder of segments is synchronized before anything is in it, and the first segment before there is another.
  static let growing = grown("grow", spare: [0, 1]) { place in
    try place.features.seal(place.ledger())
  }

  /// Another segment is added.
  static let grownSeal = grown("seal a segment") { place in
    try place.grown.seal(place.ledger())
    try place.ledger().acknowledge([picture("a2", probabilities: [0.6875])])
    try place.grown.seal(place.ledger())
  }

  private static func grown(
    _ name: String, spare: Set<Int> = [], prepare: @escaping @Sendable (Place) throws -> Void
  ) -> Undertaking {
    Undertaking(name: name, spare: spare) { place in
      try place.features.writeFeatures(rows)
      try place.ledger().acknowledge([picture("a", probabilities: [0.5, 0.75])])
      try prepare(place)
      try place.ledger().acknowledge([picture("b", probabilities: [0.25, 0.875])])
    } act: { place in
      try place.grown.seal(place.ledger())
    } recover: { place, isDone in
      let ledger = try place.ledger()
      let first = try ledger.picture(digest("a2")) == nil ? [0.75, 0.5] : [0.75, 0.5, 0.6875]
      let before = try place.grown.hardNegativeProbabilities()
      try Violation.check(
        [first, first + [0.875, 0.25]].contains(before), "the file holds \(before)")
      try place.grown.seal(ledger)
      try ledger.acknowledge([picture("c", probabilities: [0.125])])
      try place.grown.seal(ledger)
      let after = first + [0.875, 0.25, 0.125]
      try check(place, holds: after)
      let counts = try ledger.counts()
      try Violation.check(counts.sealed == after.count && counts.unsealedBytes == 0, "\(counts)")
    }
  }

  /// Segments are merged and then removed. One that reappears is removed again.
  static let merge = Undertaking(name: "merge", spare: [4, 5, 6, 7], prepare: prepareSegments) {
    place in
    while case .merged = try place.grown.mergeSegments() {}
  } recover: { place, _ in
    try check(place, holds: [0.5, 0.625, 0.75, 0.875])
    while case .merged = try place.grown.mergeSegments() {}
    try check(place, holds: [0.5, 0.625, 0.75, 0.875])
    try place.grown.seal(place.ledger())
  }

  /// A picture whose rows are in a segment is forgotten.
  static let grownForget = Undertaking(name: "forget of a segment", prepare: prepareSegments) {
    place in
    let ledger = try place.ledger()
    _ = try place.grown.forget(
      [ledger.picture(digest("1"))!.id], reason: "it shows the object", in: ledger)
  } recover: { place, isDone in
    let ledger = try place.ledger()
    let isForgotten = try ledger.picture(digest("1"))?.state == .forgotten
    try Violation.check(isForgotten || !isDone, "it is not forgotten")
    try place.grown.seal(ledger)
    try check(place, holds: isForgotten ? [0.5, 0.75, 0.875] : [0.5, 0.625, 0.75, 0.875])
  }

  /// Hard negatives that no model needs any more leave their segments.
  static let grownRetire = Undertaking(name: "retire from segments", prepare: prepareSegments) {
    place in
    _ = try place.grown.retire(beyond: 3, in: place.ledger()) { [(1, judge(bias: -9))] }
  } recover: { place, isDone in
    let ledger = try place.ledger()
    let isRetired = try ledger.counts().retired > 0
    try Violation.check(isRetired || !isDone, "they are not retired")
    try place.grown.seal(ledger)
    try check(place, holds: isRetired ? [0.625, 0.75, 0.875] : [0.5, 0.625, 0.75, 0.875])
    try Violation.check(try ledger.counts().leaving == 0, "rows are still to leave")
  }

  /// Two segments are lost, and of one the picture is gone; as many rows have yet to leave another.
  static let grownRepair = Undertaking(name: "repair of segments") { place in
    try prepareSegments(place)
    let ledger = try place.ledger()
    let leaving = try ledger.hardNegatives(of: digest("3")).map(\.id)
    _ = try place.grown.decide(.skip, leaving, in: ledger)
    for number in [3, 4] {
      let segment = place.files.appending("features.hdf5.segments/00000\(number).hdf5")
      try FileManager.default.removeItem(atPath: segment.string)
    }
  } act: { place in
    try repairSegments(place)
  } recover: { place, isDone in
    let ledger = try place.ledger()
    try place.grown.seal(ledger)
    do {
      _ = try place.grown.trainingRows()
    } catch let error as FeatureFileError where error.cause == .damaged && !isDone {
      try repairSegments(place)
    }
    try check(place, holds: [0.5, 0.75])
    try Violation.check(try ledger.counts().leaving == 0, "rows are still to leave")
    try Violation.check(
      try (0..<4).map { try ledger.hardNegatives(of: digest("\($0)")).map(\.row) }
        == [[0], [], [1], [nil]], "rows mixed up")
  }

  private static func repairSegments(_ place: Place) throws {
    let ledger = try place.ledger()
    let gone = try ledger.picture(digest("1"))!.id
    _ = try place.grown.rebuildHardNegatives(from: ledger, givingUp: [gone]) { picture, boxes in
      let value = Float(0.5 + Double(picture.name.string)! / 8)
      return [Float](repeating: value, count: 3 * boxes.count)
    }
  }

  /// New features replace old ones.
  static let grownExtract = Undertaking(name: "extract a segment", prepare: prepareSegments) {
    place in
    try place.grown.writeFeatures(
      LabelledRows(labels: [1], features: [7, 8, 9], featureCount: 3))
  } recover: { place, isDone in
    let found = try place.grown.trainingRows(hardNegatives: .mostConfident(0)).rowCount
    try Violation.check(found == 1 || found == 2 && !isDone, "\(found) rows of features")
    try place.grown.seal(place.ledger())
  }

  private static func prepareSegments(_ place: Place) throws {
    try place.grown.writeFeatures(rows)
    for number in 0..<4 {
      try place.ledger().acknowledge([
        picture("\(number)", probabilities: [0.5 + Double(number) / 8])
      ])
      try place.grown.seal(place.ledger())
    }
  }

  /// Every row can be read by a process that does not know what was interrupted.
  private static func check(_ place: Place, holds probabilities: [Double]) throws {
    let found = try place.grown.hardNegativeProbabilities()
    try Violation.check(found == probabilities, "the file holds \(found)")
    let table = try place.grown.trainingRows()
    let first = table.rowCount - table.hardNegatives
    let values = try table.features(first..<table.rowCount)
    try Violation.check(
      values == probabilities.flatMap { [Float($0), Float($0), Float($0)] }, "rows mixed up")
    try Violation.check(first == 2, "the features are gone")
  }
}

private let rows = LabelledRows(labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3)
