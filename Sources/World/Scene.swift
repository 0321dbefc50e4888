internal import Detection
internal import Raster

/// A picture being drawn: a canvas, and the random numbers that decide what is drawn.
struct Scene {
  var canvas: GrayCanvas
  var generator: SplitMix64
  /// Where the ground begins.
  private(set) var horizon = 0.0

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
    canvas = GrayCanvas(size: World.pictureSize, value: 0)
  }

  var width: Double { Double(canvas.size.width) }
  var height: Double { Double(canvas.size.height) }

  // MARK: Chance

  mutating func number(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &generator)
  }

  mutating func count(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func grey(_ range: ClosedRange<Double> = 20...235) -> UInt8 { UInt8(number(range)) }

  /// A grey that differs clearly from `other`.
  mutating func grey(apart other: UInt8) -> UInt8 {
    let distance = number(45...110)
    return UInt8(other > 127 ? max(Double(other) - distance, 5) : Double(other) + distance)
  }

  mutating func chance(_ probability: Double) -> Bool { number(0...1) < probability }

  // MARK: Shapes

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ value: UInt8
  ) {
    canvas.fill(
      [[x, y], [x + width, y], [x + width, y + height], [x, y + height]], value: value)
  }

  mutating func ellipse(
    _ x: Double, _ y: Double, _ horizontalRadius: Double, _ verticalRadius: Double, _ value: UInt8
  ) {
    canvas.fill(
      Circle.corners.map { [x, y] + $0 * [horizontalRadius, verticalRadius] }, value: value)
  }

  mutating func line(
    from start: SIMD2<Double>, to end: SIMD2<Double>, width: Double, _ value: UInt8
  ) {
    let along = end - start
    let length = (along * along).sum().squareRoot()
    let across: SIMD2 = SIMD2(-along.y, along.x) * (width / 2 / max(length, 0.001))
    canvas.fill([start + across, end + across, end - across, start - across], value: value)
  }

  /// A tyre, a rim and a hub.
  mutating func wheel(_ x: Double, _ y: Double, radius: Double) {
    ellipse(x, y, radius, radius, grey(10...50))
    ellipse(x, y, radius * 0.62, radius * 0.62, grey(120...215))
    ellipse(x, y, radius * 0.2, radius * 0.2, grey(20...90))
  }

  // MARK: Surroundings

  /// Draws sky, ground, buildings, trees, bars, and things that have parts of a car.
  mutating func drawSurroundings(decoyCount: ClosedRange<Int>) {
    drawSkyAndGround()
    for _ in 0..<count(1...3) { drawBuilding() }
    for _ in 0..<count(0...3) { drawTree() }
    if chance(0.4) { drawFence() }
    for _ in 0..<count(0...2) { drawPole() }
    for _ in 0..<count(decoyCount) { drawDecoy() }
  }

  private mutating func drawSkyAndGround() {
    horizon = number(0.45...0.7) * height
    let (top, low, near, far) = (
      number(140...240), number(150...245), number(60...150), number(80...170)
    )
    let (edge, bottom) = (horizon, height)
    canvas.mapPixels { _, y, _ in
      let row = Double(y)
      return UInt8(
        row < edge
          ? top + (low - top) * row / edge : far + (near - far) * (row - edge) / (bottom - edge))
    }
    if chance(0.6) { rectangle(0, horizon, width, number(2...6), grey()) }
    for _ in 0..<count(0...3) {
      let y = number(horizon...height)
      line(from: [0, y], to: [width, y + number(-8...8)], width: number(1...4), grey(90...230))
    }
  }

  private mutating func drawBuilding() {
    let wall = grey(60...220)
    let (w, h) = (number(50...130), number(40...110))
    let (x, y) = (number(-30...width - 30), horizon - h + number(0...12))
    rectangle(x, y, w, h, wall)
    if chance(0.5) {
      canvas.fill(
        [[x - 5, y], [x + w / 2, y - number(12...30)], [x + w + 5, y]], value: grey(apart: wall))
    }
    let pane = grey(apart: wall)
    let (columns, rows) = (count(2...6), count(1...4))
    let (stepX, stepY) = (w / Double(columns), h / Double(rows))
    for row in 0..<rows {
      for column in 0..<columns {
        rectangle(
          x + stepX * (Double(column) + 0.2), y + stepY * (Double(row) + 0.2), stepX * 0.6,
          stepY * 0.55, pane)
      }
    }
  }

  private mutating func drawTree() {
    let (x, base) = (number(0...width), horizon + number(-5...20))
    rectangle(x - 3, base - 45, 6, 45, grey(40...100))
    let leaf = number(40...120)
    for _ in 0..<12 {
      ellipse(
        x + number(-20...20), base - 45 + number(-22...12), number(6...14), number(5...12),
        UInt8(leaf + number(-25...25)))
    }
  }

  private mutating func drawFence() {
    let (y, h, step) = (horizon + number(-10...25), number(12...28), number(6...14))
    let bar = grey()
    for x in stride(from: 0.0, to: width, by: step) { rectangle(x, y - h, 2.5, h, bar) }
    rectangle(0, y - h * 0.8, width, 2.5, bar)
    rectangle(0, y - h * 0.3, width, 2.5, bar)
  }

  private mutating func drawPole() {
    let x = number(0...width)
    rectangle(x, number(5...60), number(2...5), height, grey())
    if chance(0.5) { rectangle(x - 12, number(10...50), 28, number(10...18), grey()) }
  }

  // MARK: Developing

  /// Applies light that falls off to one side, and film grain.
  mutating func develop() {
    let (slopeX, slopeY) = (number(-0.12...0.12), number(-0.1...0.1))
    let grain = number(2...9)
    var numbers = generator
    canvas.mapPixels { x, y, value in
      let light = 1 + slopeX * (Double(x) / 125 - 1) + slopeY * (Double(y) / 90 - 1)
      let noise = Double.random(in: -grain...grain, using: &numbers)
      return UInt8(clamping: Int(Double(value) * light + noise))
    }
    generator = numbers
  }
}

/// The corners of a polygon that approximates a circle of radius 1.
private enum Circle {
  static let corners: [SIMD2<Double>] = {
    // Repeatedly rotate one corner by 360°/32: without a library's sine, every machine draws the same.
    let count = 32
    let (cosine, sine) = (0.980_785_280_403_230_4, 0.195_090_322_016_128_3)
    return (1..<count).reduce(into: [[1, 0]]) { corners, _ in
      let last = corners[corners.count - 1]
      corners.append([last.x * cosine - last.y * sine, last.x * sine + last.y * cosine])
    }
  }()
}
