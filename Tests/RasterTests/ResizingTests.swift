import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@Suite struct `Resizing` {
  @Test(arguments: [1, 2, 3])
  func `gives the bytes of OpenCV's INTER_AREA, whole or cut out`(seed: UInt64) throws {
    try withTemporaryFolder { folder in
      let printed = try Python.run(
        """
        import sys, cv2, numpy as np
        folder, rng = sys.argv[1] + "/", np.random.default_rng(int(sys.argv[2]))
        for trial in range(20):
            h, w, th, tw = rng.integers(1, 150, 4)
            image = rng.integers(0, 256, (h, w), np.uint8)
            x0, y0 = rng.integers(0, w), rng.integers(0, h)
            x1, y1 = rng.integers(x0 + 1, w + 20), rng.integers(y0 + 1, h + 20)
            image.tofile(folder + f"{trial}.image")
            cv2.resize(image, (tw, th), interpolation=cv2.INTER_AREA).tofile(folder + f"{trial}.whole")
            cv2.resize(image[y0:y1, x0:x1], (tw, th), interpolation=cv2.INTER_AREA).tofile(folder + f"{trial}.cut")
            print(w, h, tw, th, x0, y0, x1, y1)
        """, [folder.string, String(seed)])
      for (trial, line) in printed.split(separator: "\n").enumerated() {
        let n = line.split(separator: " ").map { Int($0)! }
        let image = GrayImage(
          width: n[0], height: n[1],
          pixels: try Decoding.bytes(folder.appending("\(trial).image")))
        let size = PixelSize(width: n[2], height: n[3])
        let box = Box(x0: n[4], y0: n[5], x1: n[6], y1: n[7])
        let whole = try Decoding.bytes(folder.appending("\(trial).whole"))
        let cut = try Decoding.bytes(folder.appending("\(trial).cut"))
        let isSameWhole = Raster.resize(image, to: size).pixels == whole
        let isSameCut = Raster.resize(image, cutTo: box, to: size).pixels == cut
        #expect(isSameWhole, "\(line)")
        #expect(isSameCut, "\(line)")
      }
    }
  }
}
