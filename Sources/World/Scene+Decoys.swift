internal import Raster

extension Scene {
  /// Draws something that has parts of a car but is not one.
  mutating func drawDecoy() {
    let w = number(60...150)
    let h = w * number(0.25...0.45)
    let x = number(-w * 0.2...width - w * 0.8)
    let y = min(horizon + number(-30...40), height - h - 2)
    switch count(0...5) {
    case 0: drawCart(x, y, w, h)
    case 1: drawWheels(x, y, w, h)
    case 2: drawShed(x, y, w, h)
    case 3: drawArches(x, y, w, h)
    case 4: drawBench(x, y, w, h)
    default: drawCrates(x, y, w, h)
    }
  }

  /// A box on two wheels.
  private mutating func drawCart(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    let side = grey()
    rectangle(x, y + h * 0.2, w, h * 0.55, side)
    for share in [0.33, 0.66] where chance(0.7) {
      rectangle(x + w * share, y + h * 0.2, 2, h * 0.55, grey(apart: side))
    }
    for share in [number(0.15...0.3), number(0.65...0.85)] {
      wheel(x + w * share, y + h * 0.8, radius: h * number(0.14...0.22))
    }
    if chance(0.4) {
      line(from: [x + w, y + h * 0.6], to: [x + w * 1.25, y + h * 0.75], width: 3, side)
    }
  }

  /// A row of tyres.
  private mutating func drawWheels(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    let wheels = count(2...4)
    for index in 0..<wheels {
      wheel(
        x + w * (Double(index) + 0.5) / Double(wheels), y + h * 0.8 + number(-2...2),
        radius: h * number(0.15...0.25))
    }
    if chance(0.6) { rectangle(x, y + h * number(0.35...0.6), w, number(3...6), grey()) }
  }

  /// A low roof with sloping ends above a row of panes.
  private mutating func drawShed(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    let roof = grey()
    let slope = w * number(0.08...0.2)
    canvas.fill(
      [[x, y + h * 0.45], [x + slope, y], [x + w - slope, y], [x + w, y + h * 0.45]], value: roof)
    let wall = grey(apart: roof)
    rectangle(x + 3, y + h * 0.45, w - 6, h * 0.55, wall)
    let panes = count(2...4)
    let pane = grey(apart: wall)
    for index in 0..<panes {
      rectangle(
        x + w * (Double(index) + 0.3) / Double(panes), y + h * 0.55, w * 0.4 / Double(panes),
        h * 0.3, pane)
    }
  }

  /// A wall with dark round openings at its base.
  private mutating func drawArches(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    rectangle(x, y, w, h, grey(90...220))
    let arches = count(2...4)
    let opening = grey(10...70)
    for index in 0..<arches {
      let centre = x + w * (Double(index) + 0.5) / Double(arches)
      let radius = w * 0.3 / Double(arches)
      ellipse(centre, y + h * 0.7, radius, radius, opening)
      rectangle(centre - radius, y + h * 0.7, 2 * radius, h * 0.3, opening)
    }
  }

  /// Bars on legs.
  private mutating func drawBench(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    let wood = grey()
    for share in [0.1, 0.3, 0.5] { rectangle(x, y + h * share, w, h * 0.1, wood) }
    for share in [0.12, 0.82] {
      rectangle(x + w * share, y + h * 0.1, w * 0.06, h * 0.9, grey(10...80))
    }
  }

  /// A wide crate with a narrower one on top.
  private mutating func drawCrates(_ x: Double, _ y: Double, _ w: Double, _ h: Double) {
    let low = grey()
    rectangle(x, y + h * 0.45, w, h * 0.55, low)
    let start = number(0.1...0.4)
    let high = grey(apart: low)
    rectangle(x + w * start, y, w * number(0.35...0.55), h * 0.45, high)
    if chance(0.5) { line(from: [x, y + h * 0.7], to: [x + w, y + h * 0.7], width: 2, high) }
  }
}
