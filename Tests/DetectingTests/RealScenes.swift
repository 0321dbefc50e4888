import Detection
import Foundation
import TestSupport

/// The pictures beside the package's folder, if present.
enum RealScenes {
  private static let folder = Python.packageFolder.deletingLastPathComponent()
    .appending(path: "shared/data/scenes")

  static var exist: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// A piece of each of the first scenes, decoded by OpenCV.
  static func pieces(count: Int, width: Int, height: Int) throws -> [GrayImage] {
    let printed = try Python.run(
      """
      import json, sys
      from pathlib import Path
      from lesson import gray
      count, width, height = map(int, sys.argv[2:])
      scenes = sorted(Path(sys.argv[1]).glob("*.jpg"))[:count]
      print(json.dumps([gray(str(s))[60:60 + height, 40:40 + width].ravel().tolist() for s in scenes]))
      """, [folder.path, "\(count)", "\(width)", "\(height)"])
    return try JSONDecoder().decode([[UInt8]].self, from: Data(printed.utf8)).map {
      GrayImage(width: width, height: height, pixels: $0)
    }
  }
}
