import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@Suite struct `Shrinking` {
  @Test(arguments: UInt64(1)...4)
  func `averages areas to the bytes of OpenCV's INTER_AREA`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let cases = (0..<40).map { trial in
      let image = GrayImage.random(
        width: .random(in: 1...200, using: &generator),
        height: .random(in: 1...200, using: &generator), using: &generator)
      // Half of them use the factors of a pyramid and of hits in its second layer.
      let size =
        trial.isMultiple(of: 2)
        ? PixelSize(
          width: .random(in: 1...image.width, using: &generator),
          height: .random(in: 1...image.height, using: &generator))
        : PixelSize(width: max(1, image.width * 2 / 3), height: max(1, image.height * 2 / 3))
      return (image, size)
    }
    try withTemporaryFolder { folder in
      for (index, (image, _)) in cases.enumerated() {
        try Data(image.pixels).write(to: URL(filePath: folder.appending("\(index)").string))
      }
      let sizes = cases.map { [$0.width, $0.height, $1.width, $1.height] }
      _ = try Python.run(
        """
        import sys, json, cv2, numpy as np
        for i, (w, h, tw, th) in enumerate(json.loads(sys.argv[2])):
            image = np.fromfile(f"{sys.argv[1]}/{i}", np.uint8).reshape(h, w)
            cv2.resize(image, (tw, th), interpolation=cv2.INTER_AREA).tofile(f"{sys.argv[1]}/{i}.small")
        """, [folder.string, "\(sizes)"])
      var shrunk = 0
      for (index, (image, size)) in cases.enumerated() {
        let small = try Data(
          contentsOf: URL(filePath: folder.appending("\(index).small").string))
        #expect(Raster.resize(image, to: size).pixels == [UInt8](small), "\(image.size) to \(size)")
        guard let resizer = AreaResizer(from: image.size, to: size) else { continue }
        shrunk += 1
        for threads in [1, 2, 5] {
          #expect(resizer.resize(image, threads: threads).pixels == [UInt8](small))
        }
      }
      #expect(shrunk > 30)
    }
  }

  @Test func `leaves whole factors and growing sides to OpenCV`() {
    let size = PixelSize(width: 60, height: 40)
    #expect(AreaResizer(from: size, to: PixelSize(width: 30, height: 20)) == nil)
    #expect(AreaResizer(from: size, to: PixelSize(width: 61, height: 30)) == nil)
    #expect(AreaResizer(from: size, to: PixelSize(width: 60, height: 20)) == nil)
    #expect(AreaResizer(from: size, to: PixelSize(width: 40, height: 20)) != nil)
  }
}
