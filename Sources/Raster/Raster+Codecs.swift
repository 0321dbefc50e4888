package import Detection

extension Raster {
  /// The most pixels a picture may have unless the caller says otherwise: 100 megapixels.
  package static let defaultMaximumPixels = 100_000_000

  /// Decodes a picture to grey: as `cv2.imread(path)` reads it (EXIF orientation applied, 8 bits a channel, no alpha),
  /// then `cv2.COLOR_BGR2GRAY`; the same bytes.
  ///
  /// A decoder process does it, which the picture may crash, hang or fill without harm to this one.
  /// - Parameters:
  ///   - owner: whose it is: no decoder sees the pictures of two; nil: nobody's in particular.
  ///   - keepingColors: whether the image keeps its colours, where it is not a grey JPEG.
  ///   - maximumPixels: larger pictures are refused by their header, before memory is taken for them.
  ///   - isHurried: with a tenth of the time, which nearly all pictures do with.
  package static func decodeGray(
    _ bytes: [UInt8], of owner: PictureOwner? = nil, keepingColors: Bool = false,
    maximumPixels: Int = defaultMaximumPixels, isHurried: Bool = false
  ) throws(RasterError) -> GrayImage {
    let header = try checkedHeader(of: bytes, maximumPixels: maximumPixels)
    // A grey JPEG's three channels would all be equal, and their weighted sum the same value again.
    let isGray = header.format == .jpeg && header.isGray
    let keepsColors = keepingColors && !isGray
    let (size, values) = try decode(
      bytes, of: owner, header: header,
      as: isGray ? .grayOfGray : keepsColors ? .grayAndColors : .gray,
      channelCount: keepsColors ? 4 : 1, isHurried: isHurried)
    guard keepsColors else {
      return GrayImage(width: size.width, height: size.height, pixels: values)
    }
    let count = size.width * size.height
    let planes = (0..<4).map { Array(values[($0 * count)..<(($0 + 1) * count)]) }
    return GrayImage(
      width: size.width, height: size.height, pixels: planes[0], colors: Array(planes[1...]))
  }

  /// Decodes a picture to colour, as `cv2.imread(path)` does.
  package static func decodeColor(
    _ bytes: [UInt8], of owner: PictureOwner? = nil, maximumPixels: Int = defaultMaximumPixels
  ) throws(RasterError) -> ColorImage {
    let header = try checkedHeader(of: bytes, maximumPixels: maximumPixels)
    let (size, pixels) = try decode(
      bytes, of: owner, header: header, as: .color, channelCount: 3)
    return ColorImage(width: size.width, height: size.height, pixels: pixels)
  }

  /// Starts a decoder where none waits, and keeps one ready, so that no picture need wait for it to load its libraries.
  /// - Throws: `RasterError.noDecoder` where there is none.
  package static func prepareDecoder() throws(RasterError) {
    do {
      try DecoderProcesses.shared.prepare()
    } catch {
      throw .noDecoder(error.reason)
    }
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
    switch header.objection {
    case .rawFile: throw .rawFile
    case .tooManyScans(let count): throw .tooManyScans(count)
    case nil: break
    }
    // Some codecs fill what is missing with grey, or with what was in memory, and call it a success.
    guard header.isComplete else { throw .truncated(header.format) }
    return header
  }

  private static func decode(
    _ bytes: [UInt8], of owner: PictureOwner?, header: PictureHeader,
    as task: DecoderRequest.Task, channelCount: Int, isHurried: Bool = false
  ) throws(RasterError) -> (size: PixelSize, pixels: [UInt8]) {
    let pixelCount = header.size.width * header.size.height
    var limits = DecoderProcess.Limits(pixelCount: pixelCount)
    if isHurried { limits.time = limits.time / 10 }
    let reply: DecoderReply
    let words: String
    let pixels: [UInt8]
    do {
      (reply, words, pixels) = try DecoderProcesses.shared.perform(for: owner) {
        decoder throws(DecoderProcess.Failure) in
        try decoder.perform(
          task, on: bytes, header: header, outputCapacity: pixelCount * channelCount, limits: limits
        )
      }
    } catch {
      throw RasterError(error, format: header.format)
    }
    switch reply.outcome {
    case .done:
      // A header may say one thing here and another to the codec, and a decoder that a picture took over anything.
      guard let size = reply.size(channelCount: channelCount), header.explains(size) else {
        throw .undecodable(header.format, "its size differs from its header")
      }
      return (size, pixels)
    case .outOfMemory: throw .outOfMemory(header.size)
    case .cutShort:
      let missing = min(max(1, Int(reply.height)), header.size.height)
      throw .rowsMissing(header.format, missing, of: header.size.height)
    case .noCodec: throw .noCodec(header.format)
    case .undecodable, .ready, nil: throw .undecodable(header.format, words)
    }
  }
}

extension DecoderProcess.Limits {
  /// What OpenCV's codecs need for the worst picture of this many pixels, with room to spare: colours, a progressive JPEG's
  /// coefficients and copies of both come to 16 bytes a pixel; and the slowest machines decode more than 5 megapixels a
  /// second.
  init(pixelCount: Int) {
    self.init(memoryBytes: 320 << 20 + 24 * pixelCount, time: .seconds(10 + pixelCount / 5_000_000))
  }
}

extension RasterError {
  init(_ failure: DecoderProcess.Failure, format: PictureHeader.Format) {
    switch failure {
    case .died(let signal): self = .crashedDecoder(format, signal: signal)
    case .overdue(let limit): self = .overdue(format, limit: limit)
    case .gone, .unavailable: self = .noDecoder(failure.reason)
    }
  }
}
