import Detection
import Foundation
import TestSupport

/// One picture mined by oracle/lesson.py: the windows it keeps, and their features.
struct LessonMining: Codable {
  struct Hit: Codable {
    let probability: Double
    let box: [Int]
    let features: [Double]
  }

  let weights: [Float]
  let bias, a, b: Double
  let orientations: Int
  let cell, block, window, size: [Int]
  let squareRoot: Bool
  let norm: String
  let step: Int
  let scale, probability: Double
  let pixels: [UInt8]

  init(
    of image: GrayImage, model: LinearSVM, step: Int, scale: Double, probability: Double
  ) {
    let hog = model.hog
    weights = model.weights
    bias = model.bias
    (a, b) = (model.sigmoid.a, model.sigmoid.b)
    orientations = hog.orientations
    cell = [hog.cellRows, hog.cellColumns]
    block = [hog.blockRows, hog.blockColumns]
    window = [hog.window.width, hog.window.height]
    size = [image.height, image.width]
    squareRoot = hog.squareRoot
    norm = hog.blockNorm.rawValue
    self.step = step
    self.scale = scale
    self.probability = probability
    pixels = image.pixels
  }

  /// The windows that each mining keeps, most confident first.
  static func hits(of minings: [LessonMining]) throws -> [[Hit]] {
    try withTemporaryFolder { folder in
      let file = folder.appending("minings.json").string
      try JSONEncoder().encode(minings).write(to: URL(filePath: file))
      let printed = try Python.run(
        """
        import json, sys, numpy as np
        from lesson import mine
        def hits(m):
            conf = dict(orientations=m["orientations"], pixels_per_cell=m["cell"],
                        cells_per_block=m["block"], normalize=m["squareRoot"], block_norm=m["norm"],
                        window_dim=m["window"], hn_window_step=m["step"],
                        hn_pyramid_scale=m["scale"], hn_min_probability=m["probability"])
            model = dict(weights=np.array(m["weights"]), bias=m["bias"], A=m["a"], B=m["b"])
            image = np.array(m["pixels"], np.uint8).reshape(m["size"])
            return [dict(probability=p, box=box, features=features.tolist())
                    for p, box, features in mine(image, model, conf)]
        print(json.dumps([hits(m) for m in json.load(open(sys.argv[1]))]))
        """, [file])
      return try JSONDecoder().decode([[Hit]].self, from: Data(printed.utf8))
    }
  }
}
