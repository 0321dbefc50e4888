package import Detection

/// What a decoder is asked to do with the bytes at the start of the shared memory.
///
/// Sent as it lies in memory: both ends are the same build on the same machine.
package struct DecoderRequest: BitwiseCopyable {
  package enum Task: UInt32, Sendable {
    /// Decode to grey values.
    case gray
    /// Decode a picture that is stored as grey values.
    case grayOfGray
    /// Decode to grey values, then all values of blue, of green and of red.
    case grayAndColors
    /// Decode to blue, green and red.
    case color
    /// Encode grey values, or blue, green and red.
    case png
    case jpeg
  }

  private let rawTask: UInt32
  private let formatIndex: Int32
  package let isAnimation: Bool
  /// EXIF's, in 1...8; the codec applies none.
  package let orientation: Int32
  /// The length of the shared memory.
  package let memoryCount: Int
  package let inputCount: Int
  /// Where the result goes, and how long it may be.
  package let outputOffset: Int
  package let outputCapacity: Int
  /// Of the picture to encode.
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

  /// Of the picture to decode.
  package var format: PictureHeader.Format? {
    let formats = PictureHeader.Format.allCases
    return formats.indices.contains(Int(formatIndex)) ? formats[Int(formatIndex)] : nil
  }
}

/// What the pixels of a picture to encode are.
struct EncodingPicture {
  var size: PixelSize
  var channelCount: Int
  var quality: Int
}

/// The result of it, or that requests may come. The library's own words follow as UTF-8.
package struct DecoderReply: BitwiseCopyable {
  package enum Outcome: UInt32, Sendable {
    /// Said once, before the first request: the decoder has started and locked itself up.
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
  /// Of the decoded picture.
  package let width: Int32
  package let height: Int32
  /// The length of the result.
  package let outputCount: Int

  package init(_ outcome: Outcome, width: Int = 0, height: Int = 0, outputCount: Int = 0) {
    rawOutcome = outcome.rawValue
    self.width = Int32(width)
    self.height = Int32(height)
    self.outputCount = outputCount
  }

  /// Nil if the sender is out of its mind.
  package var outcome: Outcome? { Outcome(rawValue: rawOutcome) }

  /// Longer words are cut.
  package static let maximumWordCount = 512
  static let maximumMessageCount = MemoryLayout<DecoderReply>.size + maximumWordCount

  /// Takes a message apart: the reply, and the library's own words.
  ///
  /// A decoder that a picture took over may say anything, or nothing.
  /// - Returns: nil for what no sane decoder says.
  package static func parse(_ message: [UInt8], outputCapacity: Int) -> (DecoderReply, String)? {
    let count = MemoryLayout<DecoderReply>.size
    guard message.count >= count else { return nil }
    let reply = unsafe message.withUnsafeBytes { unsafe $0.loadUnaligned(as: DecoderReply.self) }
    guard reply.outcome != .done || (0...outputCapacity).contains(reply.outputCount) else {
      return nil
    }
    return (reply, String(decoding: message[count...], as: UTF8.self))
  }

  /// The size of the decoded picture; nil if it does not fit the length of the result.
  package func size(channelCount: Int) -> PixelSize? {
    // Compared by division: the product may be more than an Int holds.
    guard width > 0, height > 0, outputCount.isMultiple(of: channelCount),
      Int(width) * Int(height) == outputCount / channelCount
    else { return nil }
    return PixelSize(width: Int(width), height: Int(height))
  }
}

/// The descriptors that a decoder starts with.
package enum DecoderDescriptors {
  /// A socket that keeps the bounds of messages; its end means that no more will come.
  package static let control: Int32 = 3
  package static let memory: Int32 = 4
}
