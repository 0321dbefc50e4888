/// The sizes at which an image is searched: itself first, then each layer made from the one before.
///
/// Layers end when a window no longer fits; the image itself is a layer even where none fits.
public struct Pyramid: Hashable, Sendable {
  public let window: PixelSize
  /// The size of each layer, `layers[0]` being the image's own.
  public let layers: [PixelSize]

  /// - Parameter scale: how many times smaller each layer is than the one before, above 1.
  public init(image: PixelSize, scale: Double, window: PixelSize) {
    precondition(scale > 1, "a pyramid of scale \(scale) never ends")
    self.window = window
    var layers = [image]
    var last = image
    while true {
      let width = Int(Double(last.width) / scale)
      let height = Int(Double(last.height) * (Double(width) / Double(last.width)))
      guard width >= window.width && height >= window.height else { break }
      last = PixelSize(width: width, height: height)
      layers.append(last)
    }
    self.layers = layers
  }

  /// Where in the image the window lies whose upper left corner is (x, y) of a layer, in pixels.
  ///
  /// Both axes are scaled by the ratio of the heights, so a box may reach beyond the image's right edge, or in a
  /// very long and low image even begin there: rounding a layer's height by one pixel moves it by as much as the
  /// image's width over the layer's height.
  public func box(x: Int, y: Int, layer: Int) -> Box {
    let scale = Double(layers[0].height) / Double(layers[layer].height)
    let x0 = Int(scale * Double(x))
    let y0 = Int(scale * Double(y))
    return Box(
      x0: x0, y0: y0, x1: Int(Double(x0) + scale * Double(window.width)),
      y1: Int(Double(y0) + scale * Double(window.height)))
  }
}
