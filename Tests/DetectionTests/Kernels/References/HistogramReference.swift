import CKernels

@testable import Detection

extension HOGDescriptor {
  /// The reference for `ck_histograms` and one version of one cell: the sums of its gradient magnitudes per bin,
  /// pixel by pixel, without the gradients across the window edges that the version touches.
  func histogramReference(
    of image: GrayImage, x: Int, y: Int, _ rowVersion: Int, _ columnVersion: Int
  ) -> [Double] {
    func isOnRing(_ index: Int, _ count: Int, _ version: Int) -> Bool {
      [CK_FIRST, CK_FIRST_AND_LAST].contains(version) && index == 0
        || [CK_LAST, CK_FIRST_AND_LAST].contains(version) && index == count - 1
    }
    func value(_ x: Int, _ y: Int) -> Double {
      let grey = Double(image.pixels[y * image.width + x])
      return squareRoot ? grey.squareRoot() : grey
    }
    var bins = [Double](repeating: 0, count: orientations)
    for row in 0..<cellRows {
      for column in 0..<cellColumns {
        let (px, py) = (x + column, y + row)
        let gx =
          isOnRing(column, cellColumns, columnVersion) ? 0 : value(px + 1, py) - value(px - 1, py)
        let gy = isOnRing(row, cellRows, rowVersion) ? 0 : value(px, py + 1) - value(px, py - 1)
        if let bin = bin(ofGradient: gx, gy, boundaries: binBoundaries) {
          bins[bin] += (gx * gx + gy * gy).squareRoot()
        }
      }
    }
    return bins
  }
}
