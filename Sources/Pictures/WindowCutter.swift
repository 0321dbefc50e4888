package import Detection
internal import Raster
package import Settings

/// A window cut out of a picture and resized, with the surroundings that its features use.
package struct CutWindow {
  package let image: GrayImage
  /// The window's upper left pixel in `image`.
  package let corner: WindowCorner

  /// The window mirrored left to right.
  package func flippedHorizontally(_ hog: HOGDescriptor) -> CutWindow {
    CutWindow(
      image: image.flippedHorizontally(),
      corner: WindowCorner(x: image.width - corner.x - hog.window.width, y: corner.y))
  }

  package func features(_ hog: HOGDescriptor) -> [Float] {
    hog.features(of: image, x: corner.x, y: corner.y)
  }
}

extension CutWindow {
  /// Cuts the part of a box that is inside the picture.
  package init(of box: Box, in picture: GrayImage, for hog: HOGDescriptor) {
    self = WindowCut(box.clipped(to: picture.size), of: picture.size, for: hog).window(in: picture)
  }
}

extension ObjectSource {
  /// The rows to train on for an object's window: its features and, with `use_flip`, those of its mirror image.
  package func features(of window: CutWindow) -> [Float] {
    window.features(hog) + (isFlipped ? window.flippedHorizontally(hog).features(hog) : [])
  }
}

/// What to cut out of a picture, and the size to resize it to, so that a box becomes a window with its context. On a
/// side where the picture ends there is no context, as at the edge of a layer.
struct WindowCut: Hashable {
  let source: Box
  let target: PixelSize
  let corner: WindowCorner

  /// - Parameter box: is inside the picture.
  init(_ box: Box, of picture: PixelSize, for hog: HOGDescriptor) {
    let (window, context) = (hog.window, hog.contextPixels)
    func around(_ box: Int, _ window: Int) -> Int {
      context == 0 ? 0 : max(1, (2 * context * box + window) / (2 * window))
    }
    let (across, down) = (
      around(box.size.width, window.width), around(box.size.height, window.height)
    )
    let left = box.x0 >= across
    let right = box.x1 + across <= picture.width
    let above = box.y0 >= down
    let below = box.y1 + down <= picture.height
    source = Box(
      x0: box.x0 - (left ? across : 0), y0: box.y0 - (above ? down : 0),
      x1: box.x1 + (right ? across : 0), y1: box.y1 + (below ? down : 0))
    target = PixelSize(
      width: window.width + (left ? context : 0) + (right ? context : 0),
      height: window.height + (above ? context : 0) + (below ? context : 0))
    corner = WindowCorner(x: left ? context : 0, y: above ? context : 0)
  }

  /// Cuts the window out of a picture and resizes it.
  func window(in picture: GrayImage) -> CutWindow {
    CutWindow(image: Raster.resize(picture, cutTo: source, to: target), corner: corner)
  }
}

/// Cuts boxes out of a picture and resizes them to the window.
///
/// The boxes of one layer have only a few sizes, and boxes of the same size share resampling weights.
package struct WindowCutter: Sendable {
  private struct Sizes: Hashable {
    let source, target: PixelSize

    init(_ cut: WindowCut) {
      (source, target) = (cut.source.size, cut.target)
    }
  }

  private let hog: HOGDescriptor
  private let picture: GrayImage
  private let resizers: [Sizes: AreaResizer]

  /// - Parameter boxes: all boxes that will be cut; each is inside the picture.
  package init(_ boxes: [Box], of picture: GrayImage, for hog: HOGDescriptor) {
    self.hog = hog
    self.picture = picture
    let sizes = Set(boxes.map { Sizes(WindowCut($0, of: picture.size, for: hog)) })
    resizers = Dictionary(
      uniqueKeysWithValues: sizes.compactMap { sizes in
        AreaResizer(from: sizes.source, to: sizes.target).map { (sizes, $0) }
      })
  }

  package func window(of box: Box) -> CutWindow {
    let cut = WindowCut(box, of: picture.size, for: hog)
    guard let resizer = resizers[Sizes(cut)] else { return cut.window(in: picture) }
    return CutWindow(
      image: resizer.resize(picture, x: cut.source.x0, y: cut.source.y0), corner: cut.corner)
  }
}
