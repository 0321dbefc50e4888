internal import Detection
internal import Raster

extension Scene {
  /// Draws a person standing or walking, seen from the side or the front, entirely inside the picture.
  /// - Returns: the person's box.
  mutating func drawPerson() -> Box {
    let personHeight = number(70...140)
    let personWidth = personHeight * 0.42
    let x0 = number(6...width - personWidth - 6)
    let bottom = min(horizon + number(personHeight * 0.15...personHeight * 0.6), height - 6)
    let y0 = bottom - personHeight
    /// Converts fractions of the person's width and height to pixels.
    let place = { (x: Double, y: Double) -> SIMD2<Double> in
      [x0 + x * personWidth, y0 + y * personHeight]
    }
    let limb = { (share: Double) in share * personHeight }

    ellipse(
      x0 + personWidth / 2, bottom, personWidth * 0.5, personHeight * 0.025, grey(15...50))
    let coat = grey()
    let trousers = grey(apart: coat)
    let (stride, swing) = (number(0.05...0.3), number(0...0.3))
    for side in [-1.0, 1] {
      let (hip, foot) = (place(0.5 + side * 0.12, 0.52), place(0.5 + side * (0.1 + stride), 0.98))
      line(from: hip, to: foot, width: limb(0.075), trousers)
      line(from: foot, to: foot + [limb(0.05), 0], width: limb(0.035), grey(10...60))
    }
    canvas.fill(
      [
        place(0.24, 0.2), place(0.4, 0.165), place(0.6, 0.165), place(0.76, 0.2),
        place(0.7, 0.56), place(0.3, 0.56),
      ], value: coat)
    for side in [-1.0, 1] {
      let elbow = place(0.5 + side * (0.3 + swing * 0.4), 0.37)
      line(from: place(0.5 + side * 0.23, 0.2), to: elbow, width: limb(0.055), coat)
      line(
        from: elbow, to: place(0.5 + side * (0.3 + swing * 0.3), 0.52), width: limb(0.045), coat)
    }
    let (head, radius) = (place(0.5, 0.085), limb(0.07))
    ellipse(head.x, head.y, radius * 0.85, radius * 1.1, grey(110...220))
    ellipse(head.x, head.y - radius * 0.6, radius * 0.9, radius * 0.55, grey(10...120))
    return Box(
      x0: Int(x0), y0: Int(y0), x1: Int((x0 + personWidth).rounded(.up)),
      y1: Int(bottom.rounded(.up)))
  }
}
