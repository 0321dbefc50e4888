package import Detection

extension Raster {
  /// The default limit on a picture's pixels: 100 megapixels.
  package static let defaultMaximumPixels = 100_000_000

  /// Decodes a picture to grey, with the same bytes as `cv2.imread(path)` (EXIF orientation applied, 8 bits a channel, no
  /// alpha) followed by `cv2.COLOR_BGR2GRAY`.
  ///
  /// A decoder process does the work, so a picture that crashes, hangs or exhausts the decoder does not harm this process.
  /// - Parameters:
  ///   - owner: the user that the picture belongs to; nil is an owner like any other. No decoder sees pictures of two.
  ///   - keepingColors: whether to keep the colours; a grey JPEG has none.
  ///   - maximumPixels: larger pictures are refused by their header, before memory is allocated for them.
  ///   - isHurried: whether to allow only a tenth of the time, which is enough for nearly all pictures.
  package static func decodeGray(
    _ bytes: [UInt8], of owner: PictureOwner? = nil, keepingColors: Bool = false,
    maximumPixels: Int = defaultMaximumPixels, isHurried: Bool = false
  ) throws(RasterError) -> GrayImage {
    let header = try checkedHeader(of: bytes, maximumPixels: maximumPixels)
    // The three channels of a grey JPEG would be equal, and so would their weighted sum.
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

  /// Starts a decoder if none is ready, and keeps one ready, so that no picture waits for it to load its libraries.
  /// - Throws: `RasterError.noDecoder` if it cannot be started.
  package static func prepareDecoder() throws(RasterError) {
    do {
      try DecoderProcesses.shared.prepare()
    } catch {
      throw .noDecoder(error.reason)
    }
  }

  /// Reads the header, and throws unless the picture is complete, within the limit and without objection.
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
    case .unusualMasks: throw .unusualMasks
    case nil: break
    }
    // Some codecs fill missing pixels with grey, or with whatever was in memory, and report success.
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
      // The codec may read the header differently, and a decoder that a picture has taken over can report any size.
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
  /// More than OpenCV's codecs need for the worst picture of this many pixels: colours, a progressive JPEG's coefficients
  /// and copies of both come to 16 bytes a pixel, and the slowest machines decode more than 5 megapixels a second.
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
