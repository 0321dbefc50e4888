internal import COpenCV
package import Detection

/// A grey image to draw on.
package struct GrayCanvas: Sendable {
  package let size: PixelSize
  package private(set) var pixels: [UInt8]

  /// - Precondition: `size` is at least 1×1.
  package init(size: PixelSize, value: UInt8) {
    self.size = size
    pixels = Array(repeating: value, count: size.width * size.height)
  }

  package var image: GrayImage {
    GrayImage(width: size.width, height: size.height, pixels: pixels)
  }

  /// Fills a polygon with antialiased edges, clipped to the image.
  /// - Parameter corners: x and y in pixels; the last corner joins the first.
  package mutating func fill(_ corners: [SIMD2<Double>], value: UInt8) {
    let sixteenths = corners.flatMap {
      [Int32(($0.x * 16).rounded()), Int32(($0.y * 16).rounded())]
    }
    unsafe pixels.withUnsafeMutableBufferPointer { buffer in
      unsafe Raster.mustSucceed { error in
        unsafe copencv_fill_polygon(
          buffer.baseAddress!, Int32(size.width), Int32(size.height), sixteenths,
          Int32(corners.count), value, error)
      }
    }
  }

  /// Replaces each pixel with the value that `body` returns for it.
  package mutating func mapPixels(_ body: (_ x: Int, _ y: Int, _ value: UInt8) -> UInt8) {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let index = y * size.width + x
        pixels[index] = body(x, y, pixels[index])
      }
    }
  }
}
