import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@Suite struct `Decoding` {
  /// Draws the pictures that cameras and converters make, prints their names and sizes, and keeps what OpenCV
  /// reads from each beside it.
  static let drawing = """
    import sys, cv2, numpy as np
    from PIL import Image
    folder = sys.argv[1] + "/"
    rng = np.random.default_rng(7)
    def smooth(h, w, c=3):
        small = rng.integers(0, 256, (max(h // 8, 1), max(w // 8, 1), c), np.uint8)
        return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC).reshape(h, w, c)
    colour = smooth(61, 83)
    exif = lambda o: (lambda e: (e.__setitem__(0x112, o), e.tobytes())[1])(Image.Exif())
    for orientation in range(1, 9):
        Image.fromarray(colour).save(folder + f"turned{orientation}.jpg", exif=exif(orientation))
        Image.fromarray(colour[..., 0]).save(folder + f"grey-turned{orientation}.jpg", exif=exif(orientation))
    Image.fromarray(colour).save(folder + "progressive.jpg", progressive=True, quality=60)
    Image.fromarray(colour).save(folder + "subsampled.jpg", subsampling=2, quality=75)
    Image.fromarray(colour[..., 0]).save(folder + "grey.jpg")
    Image.fromarray(smooth(40, 50, 4), "CMYK").save(folder + "cmyk.jpg")
    cv2.imwrite(folder + "colour.png", colour)
    cv2.imwrite(folder + "grey.png", colour[..., 0])
    cv2.imwrite(folder + "alpha.png", smooth(33, 47, 4))
    cv2.imwrite(folder + "sixteen.png", (smooth(30, 40).astype(np.uint16) * 257 + 99))
    cv2.imwrite(folder + "grey-sixteen.png", (smooth(30, 40, 1).astype(np.uint16) * 200 + 77))
    Image.fromarray(colour).quantize(16).save(folder + "palette.png")
    Image.fromarray(colour).convert("1").save(folder + "one-bit.png")
    Image.fromarray(colour[..., :2].copy(), "LA").save(folder + "grey-alpha.png")
    cv2.imwrite(folder + "one.png", np.full((1, 1, 3), 200, np.uint8))
    cv2.imwrite(folder + "one.jpg", np.full((1, 1, 3), 77, np.uint8))
    cv2.imwrite(folder + "colour.bmp", colour)
    Image.fromarray(colour[..., 0]).save(folder + "grey.bmp")
    cv2.imwrite(folder + "lossy.webp", colour, [cv2.IMWRITE_WEBP_QUALITY, 80])
    cv2.imwrite(folder + "lossless.webp", colour, [cv2.IMWRITE_WEBP_QUALITY, 101])
    Image.fromarray(smooth(33, 47, 4), "RGBA").save(folder + "alpha.webp")
    cv2.imwrite(folder + "colour.ppm", colour)
    cv2.imwrite(folder + "grey.pgm", colour[..., 0])
    cv2.imwrite(folder + "sixteen.pgm", smooth(30, 40, 1).astype(np.uint16) * 257)
    open(folder + "followed.jpg", "wb").write(open(folder + "grey.jpg", "rb").read() + b"more")
    import os
    for name in sorted(os.listdir(folder)):
        image = cv2.imread(folder + name)
        cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).tofile(folder + name + ".grey")
        image.tofile(folder + name + ".bgr")
        print(name, image.shape[1], image.shape[0])
    """

  @Test func `gives OpenCV's bytes for every kind of picture`() throws {
    try withTemporaryFolder { folder in
      let lines = try Python.run(Self.drawing, [folder.string]).split(separator: "\n")
      #expect(lines.count > 30)
      for line in lines {
        let fields = line.split(separator: " ").map(String.init)
        let bytes = try Self.bytes(folder.appending(fields[0]))
        let gray = try Raster.decodeGray(bytes)
        let color = try Raster.decodeColor(bytes)
        #expect([String(gray.width), String(gray.height)] == Array(fields[1...2]), "\(line)")
        let expectedGray = try Self.bytes(folder.appending(fields[0] + ".grey"))
        let expectedColor = try Self.bytes(folder.appending(fields[0] + ".bgr"))
        // Compared beforehand: telling how two pictures differ would take minutes.
        let (isSameGray, isSameColor) = (gray.pixels == expectedGray, color.pixels == expectedColor)
        #expect(isSameGray, "grey of \(fields[0])")
        #expect(isSameColor, "colour of \(fields[0])")
      }
    }
  }

  static func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }
}
