internal import COpenCV
internal import COpenCVCodecs
public import Detection

extension Raster {
  /// What a picture is written as.
  public enum Encoding: Hashable, Sendable {
    case png
    /// `quality` in 0...100.
    case jpeg(quality: Int = 95)
  }

  /// Encodes a grey picture.
  public static func encode(_ image: GrayImage, as encoding: Encoding) throws(RasterError)
    -> [UInt8]
  {
    try encode(image.pixels, size: image.size, channelCount: 1, as: encoding)
  }

  /// Encodes a colour picture.
  public static func encode(_ image: ColorImage, as encoding: Encoding) throws(RasterError)
    -> [UInt8]
  {
    try encode(image.pixels, size: image.size, channelCount: 3, as: encoding)
  }

  private static func encode(
    _ pixels: [UInt8], size: PixelSize, channelCount: Int, as encoding: Encoding
  ) throws(RasterError) -> [UInt8] {
    let format: PictureHeader.Format
    let fileExtension: String
    let quality: Int
    switch encoding {
    case .png: (format, fileExtension, quality) = (.png, ".png", 0)
    case .jpeg(let wanted): (format, fileExtension, quality) = (.jpeg, ".jpg", wanted)
    }
    var bytes: OpaquePointer?
    var error = copencv_error()
    let code = unsafe pixels.withUnsafeBufferPointer { buffer in
      unsafe copencv_encode(
        buffer.baseAddress!, Int32(size.width), Int32(size.height), Int32(channelCount),
        fileExtension, Int32(quality), &bytes, &error)
    }
    guard code == 0, let bytes = unsafe bytes else { throw .unencodable(format, error.words) }
    defer { unsafe copencv_bytes_free(bytes) }
    return unsafe Array(
      UnsafeBufferPointer(
        start: copencv_bytes_start(bytes), count: Int(copencv_bytes_count(bytes))))
  }
}
