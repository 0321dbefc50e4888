internal import COpenCV
internal import COpenCVCodecs
public import Detection

extension Raster {
  /// The most pixels a picture may have unless the caller says otherwise: 100 megapixels.
  public static let defaultMaximumPixels = 100_000_000

  /// Decodes a picture to grey: as `cv2.imread(path)` reads it (EXIF orientation applied, 8 bits a channel, no alpha),
  /// then `cv2.COLOR_BGR2GRAY`; the same bytes.
  /// - Parameter maximumPixels: larger pictures are refused by their header, before memory is taken for them.
  public static func decodeGray(
    _ bytes: [UInt8], maximumPixels: Int = defaultMaximumPixels
  ) throws(RasterError) -> GrayImage {
    let header = try checkedHeader(of: bytes, maximumPixels: maximumPixels)
    // A grey JPEG's three channels would all be equal, and their weighted sum the same value again.
    let skipsColour = header.format == .jpeg && header.isGray
    let picture = try DecodedPicture(bytes, header: header, gray: skipsColour)
    return GrayImage(
      width: picture.size.width, height: picture.size.height, pixels: try picture.gray())
  }

  /// Decodes a picture to colour, as `cv2.imread(path)` does.
  public static func decodeColor(
    _ bytes: [UInt8], maximumPixels: Int = defaultMaximumPixels
  ) throws(RasterError) -> ColorImage {
    let header = try checkedHeader(of: bytes, maximumPixels: maximumPixels)
    let picture = try DecodedPicture(bytes, header: header, gray: false)
    return ColorImage(
      width: picture.size.width, height: picture.size.height, pixels: try picture.bgr())
  }

  /// The header of a whole picture of allowed size.
  private static func checkedHeader(
    of bytes: [UInt8], maximumPixels: Int
  ) throws(RasterError) -> PictureHeader {
    let header = try PictureHeader(of: bytes)
    let (pixelCount, overflow) = header.size.width.multipliedReportingOverflow(
      by: header.size.height)
    guard !overflow && pixelCount <= maximumPixels else {
      throw .tooLarge(header.size, maximumPixels: maximumPixels)
    }
    // OpenCV fills what is missing of a cut JPEG with grey and calls it a success.
    guard header.isComplete else { throw .truncated(header.format) }
    return header
  }
}

/// One `copencv_picture`, freed at the end.
@safe private struct DecodedPicture: ~Copyable {
  private let picture: OpaquePointer
  private let header: PictureHeader
  let size: PixelSize

  init(_ bytes: [UInt8], header: PictureHeader, gray: Bool) throws(RasterError) {
    var decoded: OpaquePointer?
    var error = copencv_error()
    let code = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe copencv_decode(
        buffer.baseAddress!, Int64(buffer.count), gray ? 1 : 0, &decoded, &error)
    }
    guard code == 0, let decoded = unsafe decoded else {
      throw RasterError(code: code, words: error.words, header: header)
    }
    unsafe self.picture = decoded
    self.header = header
    size = unsafe PixelSize(
      width: Int(copencv_picture_width(decoded)), height: Int(copencv_picture_height(decoded)))
  }

  deinit { unsafe copencv_picture_free(picture) }

  func gray() throws(RasterError) -> [UInt8] {
    try unsafe pixels(channelCount: 1) { target, error in
      unsafe copencv_picture_grey(picture, target, error)
    }
  }

  func bgr() throws(RasterError) -> [UInt8] {
    try unsafe pixels(channelCount: 3) { target, error in
      unsafe copencv_picture_bgr(picture, target, error)
    }
  }

  private func pixels(
    channelCount: Int,
    fill: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<copencv_error>) -> Int32
  ) throws(RasterError) -> [UInt8] {
    var error = copencv_error()
    var code: Int32 = 0
    let byteCount = size.width * size.height * channelCount
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) {
      target, initializedCount in
      code = unsafe fill(target.baseAddress!, &error)
      initializedCount = code == 0 ? byteCount : 0
    }
    guard code == 0 else { throw RasterError(code: code, words: error.words, header: header) }
    return pixels
  }
}

extension RasterError {
  fileprivate init(code: Int32, words: String, header: PictureHeader) {
    self =
      code == Int32(copencv_out_of_memory)
      ? .outOfMemory(header.size) : .undecodable(header.format, words)
  }
}
