internal import Detection
internal import Raster

extension Scene {
  /// Draws a car in side view, entirely inside the picture.
  /// - Returns: the car's box.
  mutating func drawCar() -> Box {
    let carWidth = number(100...200)
    let carHeight = carWidth * number(0.29...0.36)
    let x0 = number(6...width - carWidth - 6)
    let bottom = min(horizon + number(carHeight * 0.35...carHeight * 1.1), height - 6)
    let y0 = bottom - carHeight
    let facesLeft = chance(0.5)
    let outline = CarOutline(&self)
    /// Converts fractions of the car's length and height to pixels.
    let place = { (x: Double, y: Double) -> SIMD2<Double> in
      [x0 + (facesLeft ? x : 1 - x) * carWidth, y0 + y * carHeight]
    }

    ellipse(x0 + carWidth / 2, bottom, carWidth * 0.5, carHeight * 0.08, grey(15...50))
    let paint = grey(25...240)
    let glass = paint > 110 ? grey(20...80) : grey(130...210)
    canvas.fill(outline.body.map { place($0.x, $0.y) }, value: paint)
    for pane in outline.panes { canvas.fill(pane.map { place($0.x, $0.y) }, value: glass) }

    let trim = grey(apart: paint)
    line(from: place(0.03, 0.66), to: place(0.97, 0.66), width: carHeight * 0.035, trim)
    line(from: place(outline.pillar, 0.42), to: place(outline.pillar, 0.84), width: 1.2, trim)
    line(
      from: place(outline.pillar + 0.03, 0.5), to: place(outline.pillar + 0.08, 0.5), width: 1.8,
      trim)
    canvas.fill(
      [place(0.0, 0.5), place(0.035, 0.48), place(0.035, 0.6), place(0.0, 0.6)],
      value: grey(190...250))
    line(from: place(0.0, 0.8), to: place(0.09, 0.8), width: carHeight * 0.06, trim)
    line(from: place(0.91, 0.8), to: place(1.0, 0.8), width: carHeight * 0.06, trim)

    for x in outline.axles {
      let centre = place(x, 0.82)
      ellipse(centre.x, centre.y, carHeight * 0.205, carHeight * 0.205, grey(5...30))
      wheel(centre.x, centre.y, radius: carHeight * 0.18)
    }
    return Box(
      x0: Int(x0), y0: Int(y0), x1: Int((x0 + carWidth).rounded(.up)), y1: Int(bottom.rounded(.up)))
  }
}

/// A car's outline, in fractions of its length (from the front) and height (from the roof).
private struct CarOutline {
  let body: [SIMD2<Double>]
  /// The side windows.
  let panes: [[SIMD2<Double>]]
  /// Where the pillar divides the windows and the door begins.
  let pillar: Double
  let axles: [Double]

  init(_ scene: inout Scene) {
    let belt = scene.number(0.38...0.44)
    let bonnet = scene.number(0.24...0.32)
    let roofStart = bonnet + scene.number(0.1...0.15)
    let roofEnd = scene.number(0.7...0.86)
    // The back ranges from a saloon's boot to an estate's upright tailgate.
    let backEnd = min(roofEnd + scene.number(0.06...0.16), 0.98)
    let nose = belt + scene.number(0.04...0.1)
    body = [
      [0, 0.86], [0, nose + 0.08], [0.02, nose], [bonnet, belt], [roofStart, 0.03],
      [roofStart + 0.05, 0], [roofEnd - 0.04, 0], [roofEnd, 0.04], [backEnd, belt],
      [0.985, belt + 0.03], [1, belt + 0.12], [1, 0.86],
    ]
    let middle = (roofStart + roofEnd) / 2 + scene.number(-0.03...0.03)
    pillar = middle
    let (top, sill) = (0.09, belt - 0.01)
    panes = [
      [
        [bonnet + 0.045, sill], [roofStart + 0.03, top], [middle - 0.015, top],
        [middle - 0.015, sill],
      ],
      [
        [middle + 0.015, sill], [middle + 0.015, top], [roofEnd - 0.03, top],
        [backEnd - 0.06, sill],
      ],
    ]
    axles = [scene.number(0.17...0.21), scene.number(0.78...0.83)]
  }
}
