internal import COpenCV
package import Detection

/// Decodes and encodes pictures in decoder processes, and resizes and draws on them in this one.
///
/// Every function can be called from several threads at once, and starts threads only if told to.
package enum Raster {
  /// Resizes `image`, or the part of it in `box`, with INTER_AREA.
  /// - Parameter threads: the most threads that share the rows; the bytes are the same for any number.
  /// - Precondition: both sizes are at least 1×1, and the part of `box` inside the image is not empty.
  /// - SeeAlso: `cv::resize`, which gives the same bytes.
  package static func resize(
    _ image: GrayImage, cutTo box: Box? = nil, to size: PixelSize, threads: Int = 1
  ) -> GrayImage {
    let inside =
      box?.clipped(to: image.size)
      ?? Box(x0: 0, y0: 0, x1: image.width, y1: image.height)
    precondition(
      inside.size.width > 0 && inside.size.height > 0 && size.width > 0 && size.height > 0,
      "cannot resize \(inside) of \(image.size) to \(size)")
    guard inside.size != size else { return image.cropped(to: inside) }
    if let resizer = AreaResizer(from: inside.size, to: size) {
      return resizer.resize(image, x: inside.x0, y: inside.y0, threads: threads)
    }
    return unsafe resize(image, inside, to: size, copencv_resize_area)
  }

  /// Enlarges an image, with INTER_LINEAR.
  /// - SeeAlso: `cv::resize`, which gives the same bytes.
  package static func enlarge(_ image: GrayImage, to size: PixelSize) -> GrayImage {
    let whole = Box(x0: 0, y0: 0, x1: image.width, y1: image.height)
    return unsafe resize(image, whole, to: size, copencv_resize_linear)
  }

  /// - Parameter box: must be inside the image.
  private static func resize(
    _ image: GrayImage, _ box: Box, to size: PixelSize,
    _ resize: (
      UnsafePointer<UInt8>, Int32, Int32, Int64, UnsafeMutablePointer<UInt8>, Int32, Int32,
      UnsafeMutablePointer<copencv_error>
    ) -> Int32
  ) -> GrayImage {
    image.mapPlanes(width: size.width, height: size.height) { plane in
      unsafe [UInt8](unsafeUninitializedCapacity: size.width * size.height) {
        target, initializedCount in
        // The callers pass valid arguments, so OpenCV can only run out of memory, which traps in Swift as well.
        unsafe mustSucceed { error in
          unsafe plane.withUnsafeBufferPointer { source in
            unsafe resize(
              source.baseAddress! + (box.y0 * image.width + box.x0), Int32(box.size.width),
              Int32(box.size.height), Int64(image.width), target.baseAddress!, Int32(size.width),
              Int32(size.height), error)
          }
        }
        initializedCount = size.width * size.height
      }
    }
  }

  /// Runs a call whose arguments are known to be valid; traps if it fails, due to a bug or lack of memory.
  static func mustSucceed(_ call: (UnsafeMutablePointer<copencv_error>) -> Int32) {
    var error = copencv_error()
    let code = unsafe withUnsafeMutablePointer(to: &error) { unsafe call($0) }
    precondition(code == 0, "OpenCV: \(error.words)")
  }
}

extension copencv_error {
  /// The library's message.
  var words: String {
    unsafe withUnsafeBytes(of: message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
