import Foundation
import SystemPackage
import TestSupport

/// Pictures as cameras, converters and accidents make them, drawn once.
enum OddPictures {
  static func bytes(of name: String) throws -> Data {
    try Data(contentsOf: drawn.get().appending(component: name))
  }

  private static let drawn = Result {
    let folder = Command.folder.appending(component: "odd-pictures")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try Python.run(
      """
      import os, sys, cv2, numpy as np
      from PIL import Image
      os.chdir(sys.argv[1])
      rng = np.random.default_rng(3)
      scene = cv2.resize(rng.integers(0, 256, (18, 25, 4), np.uint8), (200, 144))
      for y in range(20, 120, 24):
          cv2.rectangle(scene, (30 + y, y), (110 + y // 2, y + 14), (20, 40, 200, 255), 3)
      colour = np.ascontiguousarray(scene[..., :3])
      cv2.imwrite("sixteen.png", colour.astype(np.uint16) * 257 + 99)
      cv2.imwrite("alpha.png", scene)
      Image.fromarray(scene, "CMYK").save("cmyk.jpg")
      exif = Image.Exif()
      exif[0x112] = 6
      Image.fromarray(np.rot90(colour)).save("turned.jpg", exif=exif)
      cv2.imwrite("small.png", colour[:20])
      cv2.imwrite("one.png", colour[:1, :1])
      cv2.imwrite("one.jpg", colour[:1, :1])
      whole = cv2.imencode(".jpg", colour)[1].tobytes()
      open("cut.jpg", "wb").write(whole[:len(whole) // 2])
      open("text.jpg", "w").write("A text by another name.")
      open("empty.jpg", "w")
      png = bytearray(cv2.imencode(".png", colour)[1].tobytes())
      png[len(png) // 2:len(png) // 2 + 100] = rng.bytes(100)
      open("noise.png", "wb").write(png)
      """, [folder.path])
    return folder
  }
}
