package import Detection

/// The best margin at each place of a picture: of all windows of all layers that are centred there.
///
/// A window's place is the step of its layer around its centre, scaled to the picture. If no window is centred, as
/// near the edges, there is no margin.
package struct HeatMap: Equatable {
  package let size: PixelSize
  /// Row by row; -infinity if no window is centred.
  private(set) var margins: [Float]

  init(of picture: PixelSize) {
    size = picture
    margins = Array(repeating: -.infinity, count: picture.width * picture.height)
  }

  /// Keeps the margin of a window if it is the best so far.
  /// - Parameters:
  ///   - box: the window's, in the picture.
  ///   - step: the distance of windows of its layer, in pixels of the picture.
  package mutating func add(_ box: Box, margin: Float, step: Double) {
    func reach(_ from: Int, _ to: Int) -> (Int, Int) {
      let center = Double(from + to) / 2
      // One pixel more than half a step: boxes are whole pixels, and no gap must stay between two steps.
      return (Int((center - step / 2).rounded(.down)), Int((center + step / 2).rounded(.up)))
    }
    let (x, y) = (reach(box.x0, box.x1), reach(box.y0, box.y1))
    let place = Box(x0: x.0, y0: y.0, x1: x.1, y1: y.1).clipped(to: size)
    for row in place.y0..<place.y1 {
      for column in place.x0..<place.x1 {
        let index = row * size.width + column
        margins[index] = max(margins[index], margin)
      }
    }
  }

  /// What is drawn: 0 for -1 and below, 255 for 1 and above, the margins of the support vectors on both sides.
  var levels: [UInt8?] {
    margins.map { margin in
      margin == -.infinity ? nil : UInt8((255 * (min(max(margin, -1), 1) + 1) / 2).rounded())
    }
  }
}
