internal import Detection
internal import Pictures

/// Draws windows at random, as the lesson does, but none that shows an object.
struct RandomWindows {
  private let window: PixelSize
  private let objects: [Box]

  /// If this many draws in a row show an object, there is hardly room for another window.
  private static let mostDraws = 1000

  /// - Parameter objects: no window shows a pixel of these.
  init(_ window: PixelSize, besides objects: [Box]) {
    self.window = window
    self.objects = objects
  }

  /// Draws windows of a picture in its own size; each may come more than once.
  /// - Returns: their upper left corners; nil if the picture has no room for a window, or hardly any.
  func draw(_ count: Int, in picture: PixelSize, _ random: inout PythonRandom)
    -> [WindowCorner]?
  {
    guard picture.width >= window.width, picture.height >= window.height else { return nil }
    var corners: [WindowCorner] = []
    for _ in 0..<count {
      guard let corner = drawOne(in: picture, &random) else { return nil }
      corners.append(corner)
    }
    return corners
  }

  private func drawOne(in picture: PixelSize, _ random: inout PythonRandom) -> WindowCorner? {
    for _ in 0..<Self.mostDraws {
      let x = random.below(picture.width - window.width + 1)
      let y = random.below(picture.height - window.height + 1)
      let box = Box(x0: x, y0: y, x1: x + window.width, y1: y + window.height)
      if !objects.contains(where: { box.overlaps($0) }) { return WindowCorner(x: x, y: y) }
    }
    return nil
  }
}
