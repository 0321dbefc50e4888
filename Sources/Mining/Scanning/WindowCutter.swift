internal import Detection
internal import Raster

/// Cuts boxes out of pictures and resizes them to the window.
///
/// The boxes of one layer have but a few sizes, and boxes of one size share the weights of their pixels.
struct WindowCutter: Sendable {
  private let window: PixelSize
  private let resizers: [PixelSize: AreaResizer]

  /// - Parameter sizes: of all boxes to come.
  init(to window: PixelSize, from sizes: some Sequence<PixelSize>) {
    self.window = window
    resizers = Dictionary(
      uniqueKeysWithValues: Set(sizes).compactMap { size in
        AreaResizer(from: size, to: window).map { (size, $0) }
      })
  }

  /// The window of `box`, which lies inside `image`.
  func window(of box: Box, in image: GrayImage) -> GrayImage {
    resizers[box.size]?.resize(image, x: box.x0, y: box.y0)
      ?? Raster.resize(image, cutTo: box, to: window)
  }
}
