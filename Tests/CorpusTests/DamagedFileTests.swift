import Corpus
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `A damaged file` {
  /// `data` with a few bytes changed, a piece removed or a piece duplicated.
  private func damaged(_ data: Data, using random: inout SeededGenerator) -> Data {
    var data = data
    let place = Int.random(in: 0..<data.count, using: &random)
    let length = Int.random(in: 1...64, using: &random)
    let piece = place..<min(place + length, data.count)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: data.removeSubrange(piece)
    case 1: data.insert(contentsOf: data[piece], at: place)
    case 2:
      data.replaceSubrange(
        piece, with: piece.map { _ in UInt8.random(in: 0...255, using: &random) })
    default: data[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    return data
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `is refused or read, and never ends the process`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    try withTemporaryFolder { folder in
      let place = try Place(folder, for: smallHOG)
      let ledger = try place.ledger()
      try place.features.writeFeatures(
        LabelledRows(labels: [1, -1], features: (0..<72).map { Float($0) }, featureCount: 36),
        drawnFrom: [digest("car"), digest("scene")])
      try ledger.acknowledge([picture("a", probabilities: [0.5, 0.75], hog: smallHOG)])
      try place.features.seal(ledger)
      try place.models.publish(model(1), training(1), in: ledger)
      let features = try Data(contentsOf: URL(filePath: place.features.path.string))
      let classifier = try Data(contentsOf: URL(filePath: place.models.classifier.string))
      for _ in 0..<100 {
        try damaged(features, using: &random)
          .write(to: URL(filePath: place.features.path.string))
        try damaged(classifier, using: &random)
          .write(to: URL(filePath: place.models.classifier.string))
        do { _ = try place.models.live(for: smallHOG) } catch {}
        do { _ = try place.features.drawnPictures() } catch {}
        do {
          let rows = try place.features.trainingRows()
          _ = try rows.features(0..<rows.rowCount)
        } catch {}
        _ = try Verification(
          ledger: ledger, features: place.features, models: place.models
        ).findings()
      }
    }
  }
}
