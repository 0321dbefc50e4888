internal import COpenCV
package import Detection

/// Pictures in and out of bytes, sized and drawn on: the package's only user of OpenCV.
///
/// Every function is safe to call from several threads at once and uses no threads of its own unless told to.
package enum Raster {
  /// Resizes `image`, or the part of it that lies in `box`, with INTER_AREA.
  /// - Parameter threads: how many may share the rows; the bytes are the same for any number.
  /// - Precondition: both sizes are at least 1×1, and the part of `box` inside the image is not empty.
  /// - SeeAlso: `cv::resize`, whose result this is, byte for byte.
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

  /// Makes an image larger, with INTER_LINEAR.
  /// - SeeAlso: `cv::resize`, whose result this is, byte for byte.
  package static func enlarge(_ image: GrayImage, to size: PixelSize) -> GrayImage {
    let whole = Box(x0: 0, y0: 0, x1: image.width, y1: image.height)
    return unsafe resize(image, whole, to: size, copencv_resize_linear)
  }

  /// - Parameter box: lies inside the image.
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
        // The callers leave OpenCV nothing to refuse; only memory could run out, which traps in Swift as well.
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

  /// Runs a call whose arguments are known to be good; a failure is a bug, or no memory.
  static func mustSucceed(_ call: (UnsafeMutablePointer<copencv_error>) -> Int32) {
    var error = copencv_error()
    let code = unsafe withUnsafeMutablePointer(to: &error) { unsafe call($0) }
    precondition(code == 0, "OpenCV: \(error.words)")
  }
}

extension copencv_error {
  /// The library's own words.
  var words: String {
    unsafe withUnsafeBytes(of: message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
