public import Detection
internal import Raster

/// A window of a picture whose margin exceeds what the scan asked for.
public struct ScanHit: Hashable, Sendable {
  /// Where it lies in the picture; it may reach beyond the right and lower edge by a rounding.
  public let box: Box
  /// The pyramid's layer it was seen in; 0 is the picture itself.
  public let layer: Int
  /// w·x + b
  public let margin: Double
}

/// What a scan saw.
public struct PictureScan: Sendable, Equatable {
  /// How many windows were scored.
  public let windows: Int
  /// The windows above the minimum margin, by layer, then top to bottom, then left to right.
  public let hits: [ScanHit]
}

/// Looks at every window of a picture, at every position and scale.
public struct PictureScanner: Sendable {
  public let model: LinearSVM
  /// The distance of neighbouring windows in pixels of their layer.
  public let step: Int
  public let pyramidScale: Double
  /// Windows with a margin above this are hits.
  public let minimumMargin: Double

  /// - Precondition: `step` is at least 1 and `pyramidScale` above 1.
  public init(model: LinearSVM, step: Int, pyramidScale: Double, minimumMargin: Double) {
    precondition(step >= 1 && pyramidScale > 1, "step \(step), pyramid scale \(pyramidScale)")
    self.model = model
    self.step = step
    self.pyramidScale = pyramidScale
    self.minimumMargin = minimumMargin
  }

  /// Scores every window of the picture.
  ///
  /// The result is the same whatever the number of threads.
  public func scan(_ image: GrayImage, threads: Int = 1) -> PictureScan {
    let window = model.hog.window
    let pyramid = Pyramid(image: image.size, scale: pyramidScale, window: window)
    var windows = 0
    var hits: [ScanHit] = []
    var layer = image
    for (index, size) in pyramid.layers.enumerated() {
      if index > 0 { layer = Raster.resize(layer, to: size) }
      let grid = WindowGrid(layer: size, window: window, step: step)
      windows += grid.count
      hits += concurrentMap(count: grid.down, threads: threads) { [layer] row in
        (0..<grid.across).compactMap { column -> ScanHit? in
          let (x, y) = (column * step, row * step)
          let place = Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)
          let margin = model.margin(of: model.hog.features(of: layer.cropped(to: place)))
          guard margin > minimumMargin else { return nil }
          return ScanHit(box: pyramid.box(x: x, y: y, layer: index), layer: index, margin: margin)
        }
      }.joined()
    }
    return PictureScan(windows: windows, hits: hits)
  }

  /// Describes boxes of a picture: each cut out (as far as it lies inside), resized to the window
  /// and described.
  /// - Returns: one row of `model.hog.featureCount` floats a box, in the order of the boxes.
  public func features(of boxes: [Box], in image: GrayImage, threads: Int = 1) -> [Float] {
    Array(
      concurrentMap(count: boxes.count, threads: threads) { index in
        model.hog.features(
          of: Raster.resize(image, cutTo: boxes[index], to: model.hog.window))
      }.joined())
  }
}
