import Detection
import Foundation
import Raster
import TestSupport
import Testing

@Suite struct `Drawing` {
  @Test func `marks boxes and writes beside them as OpenCV does`() throws {
    try withTemporaryFolder { folder in
      _ = try Python.run(
        """
        import sys, cv2, numpy as np
        image = np.full((60, 90, 3), 50, np.uint8)
        cv2.rectangle(image, (10, 20), (69, 49), (10, 200, 255), 2)
        cv2.rectangle(image, (-5, 50), (200, 300), (0, 0, 255), 2)
        cv2.imwrite(sys.argv[1] + "/drawn.png", image)
        """, [folder.string])
      var image = ColorImage(
        width: 90, height: 60, pixels: Array(repeating: 50, count: 3 * 90 * 60))
      image.draw(
        Box(x0: 10, y0: 20, x1: 70, y1: 50), in: .init(red: 255, green: 200, blue: 10))
      image.draw(Box(x0: -5, y0: 50, x1: 201, y1: 301), in: .init(red: 255, green: 0, blue: 0))
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/drawn.png"))
      #expect(try Raster.decodeColor(Array(bytes)) == image)

      let unwritten = image
      image.write("0.97", x: 12, y: 18, in: .init(red: 255, green: 255, blue: 255))
      let changed = zip(image.pixels, unwritten.pixels).enumerated().filter { $1.0 != $1.1 }
      #expect(changed.count > 30)
      #expect(changed.allSatisfy { (5..<22).contains($0.offset / (3 * 90)) })
    }
  }

  @Test func `fills polygons, smoothed at their edges and cut at the picture's`() {
    var canvas = GrayCanvas(size: PixelSize(width: 20, height: 10), value: 0)
    canvas.fill([[4.5, 2], [30, 2], [30, 20], [4.5, 20]], value: 200)
    let image = canvas.image
    #expect(image.pixels[5 * 20 + 10] == 200)
    #expect(image.pixels[5 * 20 + 2] == 0)
    #expect(image.pixels[0 * 20 + 10] == 0)
    #expect(Set(image.pixels).count > 2, "no edge is smoothed")
  }

  @Test func `encodes PNG without loss and JPEG with little`() throws {
    let image = GrayImage(
      width: 50, height: 40,
      pixels: (0..<40).flatMap { y in (0..<50).map { UInt8(2 * y + 3 * $0) } })
    #expect(try Raster.decodeGray(Raster.encode(image, as: .png)) == image)
    let jpeg = try Raster.decodeGray(Raster.encode(image, as: .jpeg(quality: 95)))
    let differences = zip(jpeg.pixels, image.pixels).map { abs(Int($0) - Int($1)) }
    #expect(differences.max()! <= 8)
    let small = try Raster.encode(image, as: .jpeg(quality: 20))
    #expect(small.count < (try Raster.encode(image, as: .jpeg(quality: 95))).count)
  }
}
