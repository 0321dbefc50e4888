internal import Detecting
import Detection
internal import Evaluation
import Foundation
import Mining
internal import Pictures
internal import Raster
import Settings
import SystemPackage
internal import Training

/// The rows about whether a coarse scan can tell where a fine one is needed: the margin of coarse windows above which to
/// scan finely without losing hits of the fine scan, or losing 1 or 10 % of them, and the share of windows above it.
func measureLayers(data: String, folder: FilePath, into table: inout Table) throws {
  for (features, name) in [
    (Subject.lessonFeatures, "the lesson's"), (Subject.openCVFeatures, "opencv, 8×8"),
  ] {
    let folder = folder.appending("layers-" + name.filter { $0.isLetter || $0.isNumber })
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    let subject = try Subject(data: data, folder: folder, features: features)
    let miner = try Miner(setup: subject.setup)
    let model = try miner.modelAfterMining()
    // A typical threshold for these detectors, which have few positives.
    let findings = -0.5
    let fine = PictureScanner(model: model, step: 2, pyramidScale: 1.1, minimumMargin: findings)
    let coarse = PictureScanner(model: model, step: 4, pyramidScale: 1.5, minimumMargin: -1e9)
    var (neighbours, margins): ([Double], [Double]) = ([], [])
    let heldOut = try miner.heldOut()
    for path in heldOut.annotated.map(\.path) + heldOut.negatives {
      let picture = try Raster.decodeGray([UInt8](Data(contentsOf: URL(filePath: path.string))))
      let looked = coarse.scan(picture).hits
      margins += looked.map(\.margin)
      for finding in fine.scan(picture).hits {
        neighbours.append(
          looked.filter { $0.box.intersectionOverUnion(with: finding.box) >= 0.5 }.map(\.margin)
            .max() ?? -1e9)
      }
    }
    for lost in [0, 0.01, 0.1] {
      let margin = neighbours.sorted()[Int(lost * Double(neighbours.count))]
      let share = Double(margins.count { $0 >= margin }) / Double(margins.count)
      table.add(
        "\(name): coarse windows to go on from", "above margin " + fixed(margin, 2),
        against: "\(neighbours.count) windows above \(findings) of scale 1.1, step 2; "
          + "lost: \(fixed(lost * 100, 0)) %",
        ratio: fixed(share * 100, 3) + " % of coarse windows", goal: "")
    }
  }
}
