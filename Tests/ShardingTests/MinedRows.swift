import Digest
import Foundation
import SystemPackage
import TestSupport

@testable import Corpus
@testable import HDF5

/// Everything that a ledger and its feature file record about hard negatives, whatever the order of arrival.
struct MinedRows: Equatable {
  struct Window: Hashable {
    let picture: SHA256Digest
    let place: [Int]
    let margin, probability: Double
    let verdict: HardNegativeRecord.Verdict
    let generation: Int?
    let features: [Float]
  }

  var windows: Set<Window> = []
  var pictures: [SHA256Digest: [Int]] = [:]

  /// - Parameter folder: of a site whose features are sealed.
  init(in site: Site) throws {
    let output = site.folder.appending("output")
    let ledger = try Ledger(output.appending("state.sqlite"), isMade: false)
    let path = output.appending("features.hdf5")
    for state in [PictureRecord.State.mined, .heldOut] {
      for image in try ledger.pictures(state, limit: 100_000) {
        pictures[image.sha256] = [state == .mined ? 1 : 0, image.generation ?? -1, image.windows]
        for found in try ledger.hardNegatives(ofPicture: image.id) {
          let features: [Float]
          if let row = found.row {
            features = try HDF5File(reading: path).dataset("hard_negatives")
              .read(Float.self, rows: row..<(row + 1))
          } else {
            features = [-1] + (try ledger.features(of: [found.id]))
          }
          let box = found.hardNegative.box
          windows.insert(
            Window(
              picture: image.sha256,
              place: [box.x0, box.y0, box.x1, box.y1, found.hardNegative.layer],
              margin: found.hardNegative.margin, probability: found.hardNegative.probability,
              verdict: found.verdict, generation: found.generation, features: features))
        }
      }
    }
  }

  func count(_ verdict: HardNegativeRecord.Verdict) -> Int {
    windows.count { $0.verdict == verdict }
  }
}
