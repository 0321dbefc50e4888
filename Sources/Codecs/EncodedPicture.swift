internal import CCodecs
package import Detection

/// A picture encoded in this process.
@safe package struct EncodedPicture: ~Copyable {
  private let storage: OpaquePointer

  /// - Parameters:
  ///   - pixels: `channelCount` bytes a pixel, row by row.
  ///   - channelCount: 1 for grey, 3 for blue, green and red.
  ///   - fileExtension: selects the format, as in OpenCV: ".png" or ".jpg", for example.
  ///   - quality: the JPEG quality, in 0...100.
  package init(
    _ pixels: UnsafeRawBufferPointer, size: PixelSize, channelCount: Int, fileExtension: String,
    quality: Int
  ) throws(CodecError) {
    precondition(pixels.count >= size.width * size.height * channelCount)
    var encoded: OpaquePointer?
    var error = copencv_error()
    let code = unsafe ccodecs_encode(
      pixels.baseAddress!.assumingMemoryBound(to: UInt8.self), Int32(size.width),
      Int32(size.height), Int32(channelCount), fileExtension, Int32(quality), &encoded, &error)
    guard code == 0, let encoded = unsafe encoded else { throw CodecError(code: code, error) }
    unsafe storage = encoded
  }

  deinit { unsafe ccodecs_bytes_free(storage) }

  /// Runs `body` with the encoded bytes.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe body(
      UnsafeRawBufferPointer(
        start: ccodecs_bytes_start(storage), count: Int(ccodecs_bytes_count(storage))))
  }
}
