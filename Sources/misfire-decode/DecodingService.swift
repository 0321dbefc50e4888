internal import Codecs
internal import Detection
internal import Raster

#if canImport(Glibc)
  internal import Glibc
#endif

/// Answers requests until no more come.
struct DecodingService: ~Copyable {
  /// How long the decoder waits for a request before it exits, in milliseconds.
  private let idleMilliseconds: Int32
  private let words: PrintedWords
  private var memory = SharedMemory(descriptor: DecoderDescriptors.memory)

  init(words: PrintedWords, idleMilliseconds: Int32) {
    self.words = words
    self.idleMilliseconds = idleMilliseconds
  }

  mutating func run() {
    reply(DecoderReply(.ready), "")
    while let request = nextRequest() {
      guard memory.map(request.memoryCount) else {
        reply(DecoderReply(.outOfMemory), "")
        continue
      }
      let answer: DecoderReply
      var words = ""
      do {
        answer = try perform(request)
      } catch {
        switch error {
        case .outOfMemory: answer = DecoderReply(.outOfMemory)
        case .cutShort(let missingRows): answer = DecoderReply(.cutShort, height: missingRows)
        case .noCodec: answer = DecoderReply(.noCodec)
        case .failed(let own):
          answer = DecoderReply(.undecodable)
          words = own
        }
      }
      // Always taken, so that what was printed about this picture is not reported for the next one.
      let printed = self.words.take()
      reply(answer, words.isEmpty ? printed : words)
    }
    memory.release()
  }

  /// Waits for a request; nil if none arrived within `idleMilliseconds`, or the socket was closed.
  private func nextRequest() -> DecoderRequest? {
    var waiting = pollfd(fd: DecoderDescriptors.control, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, idleMilliseconds) > 0 else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: DecoderRequest.self, capacity: 1) { buffer in
      let size = MemoryLayout<DecoderRequest>.size
      let count = unsafe recv(DecoderDescriptors.control, buffer.baseAddress!, size, 0)
      return count == size ? unsafe buffer[0] : nil
    }
  }

  private func reply(_ reply: DecoderReply, _ words: String) {
    var message = unsafe withUnsafeBytes(of: reply) { unsafe Array($0) }
    message += words.utf8.prefix(DecoderReply.maximumWordCount)
    _ = unsafe message.withUnsafeBytes { bytes in
      unsafe send(DecoderDescriptors.control, bytes.baseAddress!, bytes.count, 0)
    }
  }

  private func perform(_ request: DecoderRequest) throws(CodecError) -> DecoderReply {
    let input = unsafe UnsafeRawBufferPointer(memory.bytes(0..<request.inputCount))
    let output = unsafe memory.bytes(
      request.outputOffset..<request.outputOffset + request.outputCapacity)
    switch request.task {
    case .gray, .grayOfGray, .grayAndColors, .color:
      return try unsafe decode(input, request, to: output)
    case .png, .jpeg:
      return try unsafe encode(input, request, to: output)
    case nil:
      preconditionFailure("no such task: \(request)")
    }
  }

  private func decode(
    _ input: UnsafeRawBufferPointer, _ request: DecoderRequest,
    to output: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> DecoderReply {
    guard let format = request.format else { preconditionFailure("no such format: \(request)") }
    let picture = try unsafe DecodedPicture(
      input, codec: format.codec(isAnimation: request.isAnimation),
      gray: request.task == .grayOfGray, orientation: Int(request.orientation))
    let size = picture.size
    let pixelCount = size.width * size.height
    let planeCount =
      switch request.task {
      case .color: 3
      case .grayAndColors: 4
      default: 1
      }
    let count = pixelCount * planeCount
    // The codec may read the header differently than the service does.
    guard count <= output.count else { return DecoderReply(.undecodable) }
    if request.task == .color {
      try unsafe picture.writeBGR(to: output)
    } else {
      try unsafe picture.writeGray(to: output)
    }
    if request.task == .grayAndColors {
      try unsafe picture.writeColors(
        to: UnsafeMutableRawBufferPointer(rebasing: output[pixelCount...]))
    }
    return DecoderReply(.done, width: size.width, height: size.height, outputCount: count)
  }

  private func encode(
    _ input: UnsafeRawBufferPointer, _ request: DecoderRequest,
    to output: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> DecoderReply {
    let picture = try unsafe EncodedPicture(
      input, size: PixelSize(width: Int(request.width), height: Int(request.height)),
      channelCount: Int(request.channelCount),
      fileExtension: request.task == .png ? ".png" : ".jpg", quality: Int(request.quality))
    return unsafe picture.withBytes { bytes in
      guard bytes.count <= output.count else { return DecoderReply(.undecodable) }
      unsafe output.copyMemory(from: bytes)
      return DecoderReply(.done, outputCount: bytes.count)
    }
  }
}

extension PictureHeader.Format {
  /// The codec that decodes this format.
  func codec(isAnimation: Bool) -> Codec {
    switch self {
    case .jpeg: .jpeg
    case .gif: .gif
    case .heic, .avif: .heif
    case .webp where isAnimation: .webPAnimation
    case .png, .bmp, .webp, .pnm, .tiff, .jpeg2000: .openCV
    }
  }
}
