internal import COpenCV
package import Detection

/// An 8-bit colour image to draw on: blue, green and red of each pixel in turn, row by row, no padding.
package struct ColorImage: Sendable, Equatable {
  /// A colour's parts, each in 0...255.
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

  /// Draws the outline of `box`, inside it; what lies beyond the image is left out.
  package mutating func draw(_ box: Box, in color: Color, thickness: Int = 2) {
    unsafe withPixels { pixels, width, height, error in
      unsafe copencv_draw_rectangle(
        pixels, width, height, Int32(clamping: box.x0), Int32(clamping: box.y0),
        Int32(clamping: box.x1), Int32(clamping: box.y1), color.bgr, Int32(thickness), error)
    }
  }

  /// Writes ASCII text whose base line starts at (`x`, `y`).
  /// - Parameter scale: 1 gives capitals of about 22 pixels.
  package mutating func write(_ text: String, x: Int, y: Int, in color: Color, scale: Double = 0.4)
  {
    unsafe withPixels { pixels, width, height, error in
      unsafe copencv_draw_text(
        pixels, width, height, text, Int32(clamping: x), Int32(clamping: y), scale, color.bgr,
        error)
    }
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
