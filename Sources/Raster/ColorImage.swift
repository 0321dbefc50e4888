internal import COpenCV
package import Detection

/// An 8-bit colour image to draw on: interleaved blue, green and red, row by row, without padding.
package struct ColorImage: Sendable, Equatable {
  /// A colour; each component is in 0...255.
  package struct Color: Hashable, Sendable {
    package var red, green, blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    fileprivate var bgr: [UInt8] { [blue, green, red] }
  }

  package let width: Int
  package let height: Int
  package private(set) var pixels: [UInt8]

  /// - Precondition: `pixels.count == 3 * width * height`, both at least 1.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == 3 * width * height,
      "\(pixels.count) values for an image of \(width)×\(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  package var size: PixelSize { PixelSize(width: width, height: height) }

  /// Draws the outline of `box`, inside it, clipped to the image.
  package mutating func draw(_ box: Box, in color: Color, thickness: Int = 2) {
    unsafe withPixels { pixels, width, height, error in
      unsafe copencv_draw_rectangle(
        pixels, width, height, Int32(clamping: box.x0), Int32(clamping: box.y0),
        Int32(clamping: box.x1), Int32(clamping: box.y1), color.bgr, Int32(thickness), error)
    }
  }

  /// Fills `box`, clipped to the image.
  package mutating func fill(_ box: Box, with color: Color) {
    let inside = box.clipped(to: size)
    guard !inside.isEmpty else { return }
    for y in inside.y0..<inside.y1 {
      for x in inside.x0..<inside.x1 {
        let first = 3 * (y * width + x)
        (pixels[first], pixels[first + 1], pixels[first + 2]) = (color.blue, color.green, color.red)
      }
    }
  }

  /// Writes ASCII text whose baseline starts at (`x`, `y`).
  /// - Parameters:
  ///   - scale: at 1, capitals are about 22 pixels high.
  ///   - thickness: of the strokes, in pixels.
  package mutating func write(
    _ text: String, x: Int, y: Int, in color: Color, scale: Double = 0.4, thickness: Int = 1
  ) {
    unsafe withPixels { pixels, width, height, error in
      unsafe copencv_draw_text(
        pixels, width, height, text, Int32(clamping: x), Int32(clamping: y), scale,
        Int32(thickness), color.bgr, error)
    }
  }

  /// The width of ASCII text, and its height above the baseline, in pixels.
  package static func size(ofText text: String, scale: Double, thickness: Int) -> PixelSize {
    var (width, height): (Int32, Int32) = (0, 0)
    unsafe Raster.mustSucceed { error in
      unsafe copencv_text_size(text, scale, Int32(thickness), &width, &height, error)
    }
    return PixelSize(width: Int(width), height: Int(height))
  }

  private mutating func withPixels(
    _ draw: (UnsafeMutablePointer<UInt8>, Int32, Int32, UnsafeMutablePointer<copencv_error>) ->
      Int32
  ) {
    unsafe pixels.withUnsafeMutableBufferPointer { buffer in
      unsafe Raster.mustSucceed { error in
        unsafe draw(buffer.baseAddress!, Int32(width), Int32(height), error)
      }
    }
  }
}
