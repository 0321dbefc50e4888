internal import COpenCV
internal import COpenCVCodecs
public import Detection

/// A picture that was decoded in this process.
///
/// Only for bytes that may do what they like to the process: `misfire-decode`'s, and measurements'.
@safe public struct DecodedPicture: ~Copyable {
  private let picture: OpaquePointer
  /// Any EXIF orientation applied.
  public let size: PixelSize

  /// Decodes as `cv2.imread` does.
  /// - Parameter gray: leave out colours, as IMREAD_GRAYSCALE does.
  public init(_ bytes: UnsafeRawBufferPointer, gray: Bool) throws(CodecError) {
    var decoded: OpaquePointer?
    var error = copencv_error()
    let code = unsafe copencv_decode(
      bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), Int64(bytes.count), gray ? 1 : 0,
      &decoded, &error)
    guard code == 0, let decoded = unsafe decoded else { throw CodecError(code: code, error) }
    unsafe picture = decoded
    size = unsafe PixelSize(
      width: Int(copencv_picture_width(decoded)), height: Int(copencv_picture_height(decoded)))
  }

  deinit { unsafe copencv_picture_free(picture) }

  /// Writes the grey values, `size.width * size.height` bytes; colours are weighted as `cv2.COLOR_BGR2GRAY` does.
  public func writeGray(to pixels: UnsafeMutableRawBufferPointer) throws(CodecError) {
    precondition(pixels.count >= size.width * size.height)
    var error = copencv_error()
    let code = unsafe copencv_picture_grey(
      picture, pixels.baseAddress!.assumingMemoryBound(to: UInt8.self), &error)
    guard code == 0 else { throw CodecError(code: code, error) }
  }

  /// Writes blue, green and red of each pixel, `3 * size.width * size.height` bytes.
  public func writeBGR(to pixels: UnsafeMutableRawBufferPointer) throws(CodecError) {
    precondition(pixels.count >= 3 * size.width * size.height)
    var error = copencv_error()
    let code = unsafe copencv_picture_bgr(
      picture, pixels.baseAddress!.assumingMemoryBound(to: UInt8.self), &error)
    guard code == 0 else { throw CodecError(code: code, error) }
  }
}
