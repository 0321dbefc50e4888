package import Detection

extension Raster {
  /// The format to write a picture in.
  package enum Encoding: Hashable, Sendable {
    case png
    /// `quality` in 0...100.
    case jpeg(quality: Int = 95)
  }

  /// Encodes a grey picture.
  package static func encode(_ image: GrayImage, as encoding: Encoding) throws(RasterError)
    -> [UInt8]
  {
    try encode(image.pixels, size: image.size, channelCount: 1, as: encoding)
  }

  /// Encodes a colour picture.
  package static func encode(_ image: ColorImage, as encoding: Encoding) throws(RasterError)
    -> [UInt8]
  {
    try encode(image.pixels, size: image.size, channelCount: 3, as: encoding)
  }

  private static func encode(
    _ pixels: [UInt8], size: PixelSize, channelCount: Int, as encoding: Encoding
  ) throws(RasterError) -> [UInt8] {
    var picture = EncodingPicture(size: size, channelCount: channelCount, quality: 0)
    let format: PictureHeader.Format
    let task: DecoderRequest.Task
    switch encoding {
    case .png: (format, task) = (.png, .png)
    case .jpeg(let quality):
      (format, task) = (.jpeg, .jpeg)
      picture.quality = quality
    }
    let limits = DecoderProcess.Limits(pixelCount: size.width * size.height)
    let reply: DecoderReply
    let words: String
    let bytes: [UInt8]
    do {
      (reply, words, bytes) = try DecoderProcesses.shared.perform(for: nil) {
        decoder throws(DecoderProcess.Failure) in
        // Encoded noise is a few bytes larger than its pixels; headers and tables take a few hundred bytes.
        try decoder.perform(
          task, on: pixels, picture: picture, outputCapacity: pixels.count * 2 + 1 << 16,
          limits: limits)
      }
    } catch {
      throw RasterError(error, format: format)
    }
    guard reply.outcome == .done else { throw .unencodable(format, words) }
    return bytes
  }
}
