internal import CCodecs
package import Detection

/// A picture decoded in this process.
///
/// Malicious bytes can take over the process, so only `misfire-decode` and measurements use it.
@safe package struct DecodedPicture: ~Copyable {
  private let picture: OpaquePointer
  /// The size after any orientation was applied.
  package let size: PixelSize

  /// Decodes as `cv2.imread` does.
  /// - Parameters:
  ///   - gray: whether to decode to grey, as IMREAD_GRAYSCALE does; only for a JPEG without colours.
  ///   - orientation: the EXIF orientation of a JPEG or WebP, in 1...8.
  package init(
    _ bytes: UnsafeRawBufferPointer, codec: Codec, gray: Bool = false, orientation: Int = 1
  ) throws(CodecError) {
    var decoded: OpaquePointer?
    var missingRows: Int32 = 0
    var error = copencv_error()
    let code = unsafe ccodecs_decode(
      codec.number, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), Int64(bytes.count),
      gray ? 1 : 0, Int32(orientation), &decoded, &missingRows, &error)
    guard code == 0, let decoded = unsafe decoded else {
      throw CodecError(code: code, error, missingRows: missingRows)
    }
    unsafe picture = decoded
    size = unsafe PixelSize(
      width: Int(ccodecs_picture_width(decoded)), height: Int(ccodecs_picture_height(decoded)))
  }

  deinit { unsafe ccodecs_picture_free(picture) }

  /// Writes the grey values, `size.width * size.height` bytes; colours are weighted as `cv2.COLOR_BGR2GRAY` does.
  package func writeGray(to pixels: UnsafeMutableRawBufferPointer) throws(CodecError) {
    precondition(pixels.count >= size.width * size.height)
    var error = copencv_error()
    let code = unsafe ccodecs_picture_grey(
      picture, pixels.baseAddress!.assumingMemoryBound(to: UInt8.self), &error)
    guard code == 0 else { throw CodecError(code: code, error) }
  }

  /// Writes three planes, blue, green and red, `3 * size.width * size.height` bytes.
  package func writeColors(to values: UnsafeMutableRawBufferPointer) throws(CodecError) {
    precondition(values.count >= 3 * size.width * size.height)
    var error = copencv_error()
    let code = unsafe ccodecs_picture_colors(
      picture, values.baseAddress!.assumingMemoryBound(to: UInt8.self), &error)
    guard code == 0 else { throw CodecError(code: code, error) }
  }

  /// Writes interleaved blue, green and red, `3 * size.width * size.height` bytes.
  package func writeBGR(to pixels: UnsafeMutableRawBufferPointer) throws(CodecError) {
    precondition(pixels.count >= 3 * size.width * size.height)
    var error = copencv_error()
    let code = unsafe ccodecs_picture_bgr(
      picture, pixels.baseAddress!.assumingMemoryBound(to: UInt8.self), &error)
    guard code == 0 else { throw CodecError(code: code, error) }
  }
}
