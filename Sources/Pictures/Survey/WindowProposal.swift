package import Detection

/// A window size and scan settings for objects of given sizes.
///
/// The window has the shape of the average box and an area of about 80×80 pixels, as in dlib's
/// `simple_object_detector`. It is smaller if more than a tenth of the objects would be too small for it.
package struct WindowProposal: Sendable, Equatable {
  /// In pixels; whole cells in both directions.
  package let window: PixelSize
  /// The side of a cell in pixels.
  package let cell: Int
  /// The pixels to show around each box.
  package let offset: Int
  /// How many times larger than the picture the largest layer is.
  package let upsample: Double
  /// The numbers of objects that such a window cannot find: too small, and too long or too high.
  package let tooSmall, tooLong: Int

  /// In square pixels: dlib's default, and about the smallest window that shows anything.
  private static let (usualArea, leastArea) = (6400.0, 1024.0)
  private static let largestUpsample = 4.0

  /// - Parameter objects: the sizes of their boxes, at least one.
  package init(for objects: [PixelSize]) {
    precondition(!objects.isEmpty, "no objects to propose a window for")
    let count = Double(objects.count)
    let mean = (
      width: Double(objects.reduce(0) { $0 + $1.width }) / count,
      height: Double(objects.reduce(0) { $0 + $1.height }) / count
    )
    offset = min(5, Int((min(mean.width, mean.height) / 10).rounded()))
    let (width, height) = (mean.width + Double(2 * offset), mean.height + Double(2 * offset))
    func window(ofArea area: Double) -> (size: PixelSize, cell: Int) {
      let scale = (area / (width * height)).squareRoot()
      // Six cells or more show an object's parts, so a smaller window gets smaller cells.
      let cell = min(width, height) * scale >= 44 ? 8 : 4
      func whole(_ length: Double) -> Int {
        max(2, Int((length * scale / Double(cell)).rounded())) * cell
      }
      return (PixelSize(width: whole(width), height: whole(height)), cell)
    }
    func tooSmall(_ window: PixelSize, _ upsample: Double) -> Int {
      let fit = WindowFit(window: window, upsample: upsample)
      return objects.count(where: fit.isTooSmall)
    }
    let allowed = objects.count / 10
    var area = Self.usualArea
    while area > Self.leastArea, tooSmall(window(ofArea: area).size, 1) > allowed { area *= 0.8 }
    let chosen = window(ofArea: area)
    var upsample = 1.0
    while upsample < Self.largestUpsample, tooSmall(chosen.size, upsample) > allowed {
      upsample += 0.5
    }
    (self.window, cell, self.upsample) = (chosen.size, chosen.cell, upsample)
    self.tooSmall = tooSmall(chosen.size, upsample)
    let fit = WindowFit(window: chosen.size, upsample: upsample)
    tooLong = objects.count(where: fit.isTooLong)
  }
}
