/// A width and a height in pixels.
package struct PixelSize: Hashable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// A rectangle of an image, in pixels: `x0..<x1` by `y0..<y1`, which may reach beyond the image.
package struct Box: Hashable, Sendable {
  package var x0: Int
  package var y0: Int
  package var x1: Int
  package var y1: Int

  package init(x0: Int, y0: Int, x1: Int, y1: Int) {
    self.x0 = x0
    self.y0 = y0
    self.x1 = x1
    self.y1 = y1
  }

  package var size: PixelSize { PixelSize(width: x1 - x0, height: y1 - y0) }

  package var isEmpty: Bool { x0 >= x1 || y0 >= y1 }

  /// The box with `pixels` less on every side, or with so many that a pixel is left.
  package func shrunk(by pixels: Int) -> Box {
    let across = min(pixels, max(0, size.width - 1) / 2)
    let down = min(pixels, max(0, size.height - 1) / 2)
    return Box(x0: x0 + across, y0: y0 + down, x1: x1 - across, y1: y1 - down)
  }

  /// The part of this box that lies inside an image of `size`; it may be empty.
  package func clipped(to size: PixelSize) -> Box {
    let left = min(max(x0, 0), size.width)
    let top = min(max(y0, 0), size.height)
    return Box(
      x0: left, y0: top, x1: max(left, min(x1, size.width)), y1: max(top, min(y1, size.height)))
  }
}

/// An 8-bit grey image: `width * height` values, row by row, no padding. It may keep the colours of its greys, for a
/// descriptor that uses them; every operation on the greys is then also applied to each of the colours.
package struct GrayImage: Sendable, Equatable {
  package let width: Int
  package let height: Int
  package let pixels: [UInt8]
  /// Blue, green and red, as many values each as `pixels`; empty if there are only greys.
  package let colors: [[UInt8]]

  /// - Precondition: `pixels.count == width * height`, both at least 1; the same of each of three `colors`, or none.
  package init(width: Int, height: Int, pixels: [UInt8], colors: [[UInt8]] = []) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "\(pixels.count) pixels for an image of \(width)×\(height)")
    precondition(
      (colors.isEmpty || colors.count == 3) && colors.allSatisfy { $0.count == pixels.count },
      "\(colors.map(\.count)) values of colours for \(pixels.count) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.colors = colors
  }

  /// An image made of this one in the same way for its greys and each of its colours.
  /// - Parameter change: makes the `width * height` values of the new image.
  package func mapPlanes(width: Int, height: Int, _ change: ([UInt8]) -> [UInt8]) -> GrayImage {
    GrayImage(width: width, height: height, pixels: change(pixels), colors: colors.map(change))
  }

  package var size: PixelSize { PixelSize(width: width, height: height) }

  /// Cuts out the part of `box` that lies inside the image.
  /// - Precondition: that part is not empty.
  package func cropped(to box: Box) -> GrayImage {
    let inside = box.clipped(to: size)
    precondition(inside.size.width > 0 && inside.size.height > 0, "\(box) is outside \(size)")
    return mapPlanes(width: inside.size.width, height: inside.size.height) { plane in
      var cut = [UInt8]()
      cut.reserveCapacity(inside.size.width * inside.size.height)
      for y in inside.y0..<inside.y1 {
        cut += plane[(y * width + inside.x0)..<(y * width + inside.x1)]
      }
      return cut
    }
  }

  /// Mirrors the image left to right.
  package func flippedHorizontally() -> GrayImage {
    mapPlanes(width: width, height: height) { plane in
      var flipped = [UInt8]()
      flipped.reserveCapacity(plane.count)
      for y in 0..<height {
        flipped += plane[(y * width)..<((y + 1) * width)].reversed()
      }
      return flipped
    }
  }
}
