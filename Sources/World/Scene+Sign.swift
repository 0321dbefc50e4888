internal import Detection
internal import Raster

extension Scene {
  /// Draws a round traffic sign on its pole, entirely inside the picture.
  /// - Returns: the box of the round part.
  mutating func drawSign() -> Box {
    let radius = number(16...42)
    let (x, y) = (number(radius + 4...width - radius - 4), number(radius + 4...height * 0.7))
    let pole = max(radius * 0.12, 2)
    rectangle(x - pole / 2, y, pole, height - y, grey())
    let rim = grey()
    let field = grey(apart: rim)
    ellipse(x, y, radius, radius, rim)
    ellipse(x, y, radius * 0.76, radius * 0.76, field)
    let mark = grey(apart: field)
    let (turn, thickness) = (number(-0.08...0.08), radius * number(0.18...0.3))
    line(
      from: [x - radius * 0.5, y - radius * turn], to: [x + radius * 0.5, y + radius * turn],
      width: thickness, mark)
    return Box(
      x0: Int(x - radius), y0: Int(y - radius), x1: Int((x + radius).rounded(.up)),
      y1: Int((y + radius).rounded(.up)))
  }
}
