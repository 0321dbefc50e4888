import Detection
import Foundation
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@Suite struct `Mined windows` {
  @Test func `that the model was surest of come first, one of each picture`() throws {
    try withTrainedMiner { miner, dataset in
      let reports = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let surest = reports.compactMap { report in
        report.hits.map(\.probability).max().map { (report.picture.lastComponent!, $0) }
      }.sorted { $0.1 > $1.1 }
      #expect(surest.count > 3)
      let hardest = try miner.hardestWindows(limit: 100)
      #expect(hardest.map(\.name) == surest.map(\.0))
      #expect(hardest.map(\.hardNegative.probability) == surest.map(\.1))
      #expect(hardest.allSatisfy { $0.generation == 1 })
      #expect(try miner.hardestWindows(limit: 2).map(\.id) == hardest.prefix(2).map(\.id))
    }
  }

  @Test func `are cut out of their pictures, with what the live model says of them`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = (1...8).map { dataset.drops.appending("scene-000\($0).jpg") }
      _ = try miner.mine(pictures)
      let windows = try miner.hardestWindows(limit: 100)
      let patches = try miner.patches(of: windows)
      #expect(patches.count == windows.count && windows.count > 3)
      for (window, patch) in zip(windows, patches) {
        guard case .shown(let png, let shownProbability, let whole) = patch else {
          Issue.record("\(patch)")
          continue
        }
        let path = dataset.drops.appending(window.name)
        let picture = try Raster.decodeGray([UInt8](Data(contentsOf: URL(filePath: path.string))))
        let shown = try Raster.decodeGray(png)
        // Beside it is the whole picture, described in pixels of its own.
        let small = try Raster.decodeGray(whole.jpeg)
        #expect(whole.size == picture.size && max(small.width, small.height) <= 360)
        #expect(abs(small.width * picture.height - small.height * picture.width) <= picture.width)
        let box = window.hardNegative.box.clipped(to: picture.size)
        if box.size.width <= 192 && box.size.height <= 64 {
          #expect(shown == picture.cropped(to: box))
        } else {
          #expect(shown.size == PixelSize(width: 192, height: 64))
        }
        let detector = try #require(miner.detector)
        let features = detector.model.hog.features(
          of: Raster.resize(picture, cutTo: box, to: detector.model.hog.window))
        let probability = detector.model.sigmoid.probability(
          of: detector.model.margin(of: features))
        #expect(abs(try #require(shownProbability) - probability) < 1e-5)
      }
    }
  }
}
