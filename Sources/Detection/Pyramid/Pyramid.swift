/// The sizes at which an image is searched: the image itself first, then each layer made from the one before.
///
/// Layers end when a window no longer fits; the image itself is a layer even if none fits.
package struct Pyramid: Hashable, Sendable {
  package let window: PixelSize
  /// The size of each layer, `layers[0]` being the image's own.
  package let layers: [PixelSize]
  /// The sizes of layers larger than the image, for objects smaller than the window, each made from the image itself:
  /// `enlarged[0]`, the smallest, is layer −1.
  package let enlarged: [PixelSize]

  /// - Parameters:
  ///   - scale: how many times smaller each layer is than the one before, above 1.
  ///   - upsample: how many times larger than the image the largest layer is, at least 1.
  package init(image: PixelSize, scale: Double, window: PixelSize, upsample: Double = 1) {
    precondition(scale > 1 && upsample >= 1, "a pyramid of scale \(scale) from \(upsample)")
    self.window = window
    var factors: [Double] = []
    while let next = [(factors.last ?? 1) * scale, upsample].min(), next > (factors.last ?? 1) {
      factors.append(next)
    }
    enlarged = factors.map {
      PixelSize(width: Int(Double(image.width) * $0), height: Int(Double(image.height) * $0))
    }
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
  /// - Parameters:
  ///   - x, y: below 0 for a window that reaches beyond the image.
  ///   - layer: below 0 for an enlarged one.
  package func box(x: Int, y: Int, layer: Int) -> Box {
    let scale = scale(ofLayer: layer)
    let x0 = Int((scale * Double(x)).rounded(.down))
    let y0 = Int((scale * Double(y)).rounded(.down))
    return Box(
      x0: x0, y0: y0, x1: Int(Double(x0) + scale * Double(window.width)),
      y1: Int(Double(y0) + scale * Double(window.height)))
  }
  /// How many pixels of the image one of a layer is.
  /// - Parameter layer: below 0 for an enlarged one.
  package func scale(ofLayer layer: Int) -> Double {
    let size = layer < 0 ? enlarged[-layer - 1] : layers[layer]
    return Double(layers[0].height) / Double(size.height)
  }
}
