import Detection
import Foundation
import Mining
import MiningSupport
import Raster
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Corpus

@Suite struct `Pictures as negatives` {
  /// Three cut-outs: one of the window's size, a larger one, and a smaller one of another shape.
  private func cutOuts(in folder: FilePath) throws -> [FilePath] {
    let sizes = [(96, 32), (210, 70), (41, 30)].map { PixelSize(width: $0.0, height: $0.1) }
    return try sizes.enumerated().map { index, size in
      let path = folder.appending("crop-\(index).png")
      let box = Box(x0: 10, y0: 20, x1: 10 + size.width, y1: 20 + size.height)
      let image = Raster.resize(World.scene(seed: 500 + UInt64(index)), cutTo: box, to: size)
      try Data(Raster.encode(image, as: .png)).write(to: URL(filePath: path.string))
      return path
    }
  }

  @Test func `become one row each, as the lesson describes a window`() throws {
    try withTrainedMiner { miner, dataset in
      let pictures = try cutOuts(in: dataset.folder)
      var reports: [PictureReport] = []
      try miner.mineBatch(pictures, areNegatives: true, isDryRun: false) { reports.append($0) }
      #expect(reports.map(\.fate) == [.mined, .mined, .mined])
      #expect(reports.allSatisfy { $0.windows == 1 && $0.hardNegatives == 1 })
      #expect(reports[1].hits[0].box == Box(x0: 0, y0: 0, x1: 210, y1: 70))
      let differences = try Python.run(
        """
        import cv2, h5py, lesson, numpy as np, sys
        conf = lesson.load_conf(sys.argv[1])
        with h5py.File(sys.argv[2], "r") as db:
            rows = {tuple(np.round(row, 5)): row for row in db["hard_negatives"][:]}
        assert len(rows) == 3 and all(row[0] == -1 for row in rows.values())
        for picture in sys.argv[3:]:
            image = lesson.gray(picture)
            window = cv2.resize(image, tuple(conf["window_dim"]), interpolation=cv2.INTER_AREA)
            features = lesson.describe(window, conf)
            print(min(np.abs(row[1:] - features).max() for row in rows.values()) < 1e-4)
        """,
        [miner.setup.path.string, miner.setup.files.features.string] + pictures.map(\.string))
      #expect(differences == "True\nTrue\nTrue\n")

      // Mining them again adds nothing, and pictures in image_dataset are refused.
      #expect(try miner.mine(pictures, areNegatives: true).allSatisfy { $0.new.isEmpty })
      let car = dataset.carImages.appending("car-0001.jpg")
      #expect(try miner.mine([car], areNegatives: true)[0].hardNegatives == 0)

      // The rows can be rebuilt from the pictures.
      func rows() throws -> String {
        try Python.run(
          "import h5py, hashlib, sys; print(hashlib.sha256(h5py.File(sys.argv[1])['hard_negatives'][:].tobytes()).hexdigest())",
          [miner.setup.files.features.string])
      }
      let before = try rows()
      try FileManager.default.removeItem(atPath: miner.setup.files.features.string)
      #expect(
        try Verification(of: miner.setup).repair(with: miner.setup)?.hardNegatives == 3)
      #expect(try rows() == before)
    }
  }
}
