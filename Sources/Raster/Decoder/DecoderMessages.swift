package import Detection

/// Asks a decoder to process the bytes at the start of the shared memory.
///
/// Sent as raw memory, because both ends are the same build on the same machine.
package struct DecoderRequest: BitwiseCopyable {
  package enum Task: UInt32, Sendable {
    /// Decode to grey values.
    case gray
    /// Decode a picture that stores only grey values.
    case grayOfGray
    /// Decode to four planes: grey, blue, green and red.
    case grayAndColors
    /// Decode to interleaved blue, green and red.
    case color
    /// Encode grey values, or interleaved blue, green and red, as PNG.
    case png
    /// Encode the same as JPEG.
    case jpeg
  }

  private let rawTask: UInt32
  private let formatIndex: Int32
  package let isAnimation: Bool
  /// The EXIF orientation, in 1...8, to apply after the codec, which applies none.
  package let orientation: Int32
  /// The length of the shared memory.
  package let memoryCount: Int
  package let inputCount: Int
  /// Where the result goes, and its maximum length, in bytes.
  package let outputOffset: Int
  package let outputCapacity: Int
  /// The picture to encode.
  package let width: Int32
  package let height: Int32
  package let channelCount: Int32
  package let quality: Int32

  init(
    _ task: Task, header: PictureHeader?, memoryCount: Int, inputCount: Int, outputOffset: Int,
    outputCapacity: Int, picture: EncodingPicture?
  ) {
    rawTask = task.rawValue
    formatIndex = Int32(
      header.flatMap { PictureHeader.Format.allCases.firstIndex(of: $0.format) } ?? -1)
    isAnimation = header?.isAnimation ?? false
    orientation = Int32(header?.orientation ?? 1)
    self.memoryCount = memoryCount
    self.inputCount = inputCount
    self.outputOffset = outputOffset
    self.outputCapacity = outputCapacity
    width = Int32(picture?.size.width ?? 0)
    height = Int32(picture?.size.height ?? 0)
    channelCount = Int32(picture?.channelCount ?? 0)
    quality = Int32(picture?.quality ?? 0)
  }

  package var task: Task? { Task(rawValue: rawTask) }

  /// The format of the picture to decode; nil when encoding.
  package var format: PictureHeader.Format? {
    let formats = PictureHeader.Format.allCases
    return formats.indices.contains(Int(formatIndex)) ? formats[Int(formatIndex)] : nil
  }
}

/// The shape of a picture to encode, and the JPEG quality, in 0...100.
struct EncodingPicture {
  var size: PixelSize
  var channelCount: Int
  var quality: Int
}

/// A decoder's message: `.ready` once, then the result of each request. The library's message follows as UTF-8.
package struct DecoderReply: BitwiseCopyable {
  package enum Outcome: UInt32, Sendable {
    /// Sent once, before the first request: the decoder has started and entered its sandbox.
    case ready
    case done
    case undecodable
    case outOfMemory
    /// `height` rows of the picture are missing.
    case cutShort
    /// The library that reads the format lacks its codec.
    case noCodec
  }

  private let rawOutcome: UInt32
  /// The size of the decoded picture.
  package let width: Int32
  package let height: Int32
  /// The length of the result, in bytes.
  package let outputCount: Int

  package init(_ outcome: Outcome, width: Int = 0, height: Int = 0, outputCount: Int = 0) {
    rawOutcome = outcome.rawValue
    self.width = Int32(width)
    self.height = Int32(height)
    self.outputCount = outputCount
  }

  /// Nil if the sender is compromised or broken.
  package var outcome: Outcome? { Outcome(rawValue: rawOutcome) }

  /// The most bytes of a message that are sent; longer ones are cut.
  package static let maximumWordCount = 512
  static let maximumMessageCount = MemoryLayout<DecoderReply>.size + maximumWordCount

  /// Splits a message into the reply and the library's message.
  ///
  /// A decoder that a picture has taken over can send anything, or nothing.
  /// - Returns: nil if the message is invalid.
  package static func parse(_ message: [UInt8], outputCapacity: Int) -> (DecoderReply, String)? {
    let count = MemoryLayout<DecoderReply>.size
    guard message.count >= count else { return nil }
    let reply = unsafe message.withUnsafeBytes { unsafe $0.loadUnaligned(as: DecoderReply.self) }
    guard reply.outcome != .done || (0...outputCapacity).contains(reply.outputCount) else {
      return nil
    }
    return (reply, String(decoding: message[count...], as: UTF8.self))
  }

  /// The size of the decoded picture; nil if it does not match the length of the result.
  package func size(channelCount: Int) -> PixelSize? {
    // Dividing, because the product with `channelCount` could overflow.
    guard width > 0, height > 0, outputCount.isMultiple(of: channelCount),
      Int(width) * Int(height) == outputCount / channelCount
    else { return nil }
    return PixelSize(width: Int(width), height: Int(height))
  }
}

/// The file descriptors that a decoder inherits.
package enum DecoderDescriptors {
  /// A socket that preserves message boundaries; end of file means that no more requests will come.
  package static let control: Int32 = 3
  package static let memory: Int32 = 4
}
