/// The whole windows of one layer: every position whose coordinates are multiples of the step.
package struct WindowGrid: Hashable, Sendable {
  /// How many windows there are side by side, and one below the other; both 0 if none fits.
  package let across, down: Int

  /// - Parameter step: the distance of neighbouring windows in pixels, at least 1.
  package init(layer: PixelSize, window: PixelSize, step: Int) {
    let fits = layer.width >= window.width && layer.height >= window.height
    across = fits ? (layer.width - window.width) / step + 1 : 0
    down = fits ? (layer.height - window.height) / step + 1 : 0
  }

  package var count: Int { across * down }
}
