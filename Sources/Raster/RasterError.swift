package import Detection

/// Why a picture could not be decoded or encoded.
package enum RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are no bytes.
  case empty
  /// The bytes are in no format that Misfire reads; `beginning` has the first few.
  case unknownFormat(beginning: [UInt8])
  /// The bytes end, or turn into something else, before the end of the picture.
  case truncated(PictureHeader.Format)
  /// The data end, or turn into zeros, this many rows before the end of the picture.
  case rowsMissing(PictureHeader.Format, Int, of: Int)
  /// A camera's raw file, of which only a small preview could be read.
  case rawFile
  /// The JPEG has more scans than any program writes.
  case tooManyScans(Int)
  /// The BMP has its colours in an order that OpenCV 4.6 ignores.
  case unusualMasks
  /// The machine's libraries lack a codec for the format.
  case noCodec(PictureHeader.Format)
  /// The header gives a width or height of 0.
  case noPixels(PictureHeader.Format)
  /// The header gives more pixels than allowed.
  case tooLarge(PixelSize, maximumPixels: Int)
  /// The codec failed, with its message; empty if it gave none.
  case undecodable(PictureHeader.Format, String)
  /// The codec failed to write, with its message.
  case unencodable(PictureHeader.Format, String)
  /// The picture took more memory than its size explains.
  case outOfMemory(PixelSize)
  /// The picture crashed two decoders; the last one died of this signal.
  case crashedDecoder(PictureHeader.Format, signal: Int32)
  /// The decoder exceeded the time limit.
  case overdue(PictureHeader.Format, limit: Duration)
  /// No decoder can be started; the pictures are not at fault.
  case noDecoder(String)

  /// Whether the machine is at fault, not the picture: waiting can help, setting the picture aside cannot.
  package var isMachineFailing: Bool {
    if case .noDecoder = self { true } else { false }
  }

  package var description: String {
    switch self {
    case .empty:
      "the file is empty: its writer has not finished, or it was already empty at its source"
    case .unknownFormat(let beginning):
      "not a picture format that Misfire reads (\(PictureHeader.Format.list)); it begins with "
        + Self.quoted(beginning) + "; convert it to one of these"
    case .truncated(let format):
      "the \(format) picture is cut short: its end is missing; \(Self.remedy)"
    case .rowsMissing(let format, let count, let height):
      "the \(format) picture is cut short: \(count) of its \(height) rows are missing; \(Self.remedy)"
    case .rawFile:
      "the file is a camera's raw file, whose first picture is only a preview; save it as JPEG or TIFF"
    case .tooManyScans(let count):
      "the JPEG picture has \(count) scans, more than any program writes, and would take very long; save it again"
    case .unusualMasks:
      "the BMP picture has its colours in an unusual order, which would be confused; save it again, as PNG or with 24 bits"
    case .noCodec(let format):
      "the picture is \(Self.named(format)), and libheif on this machine has no codec for it; install libheif's plugin"
        + " (\(format == .avif ? "libheif-plugin-dav1d" : "libheif-plugin-libde265")), or save it as JPEG"
    case .noPixels(let format):
      "the \(format) picture has no pixels"
    case .tooLarge(let size, let maximum):
      "the picture has \(size.width)×\(size.height) pixels, more than the \(maximum) allowed;"
        + " shrink it, or raise max_megapixels"
    case .undecodable(let format, let words):
      "the \(format) picture cannot be decoded" + (words.isEmpty ? "" : ": \(words)")
        + "; save it again"
    case .unencodable(let format, let words):
      "the picture cannot be written as \(format): \(words)"
    case .outOfMemory(let size):
      "the picture takes more memory to decode than \(size.width)×\(size.height) pixels should"
    case .crashedDecoder(let format, let signal):
      "the \(format) picture crashes the decoder (signal \(signal))"
    case .overdue(let format, let limit):
      "the \(format) picture takes the decoder more than \(limit.components.seconds) seconds"
    case .noDecoder(let reason):
      "no picture can be decoded: \(reason)"
    }
  }

  /// What to do about a truncated copy, or a picture that is truncated at its source.
  private static let remedy =
    "copy it again, or, if the original is broken too, open it in a program that can show it and save it again"

  private static func named(_ format: PictureHeader.Format) -> String {
    format == .heic ? "HEIC, as iPhones write" : format.rawValue
  }

  /// Printable ASCII unchanged but for a doubled backslash, everything else as `\n` or `\u{1B}`.
  private static func quoted(_ bytes: [UInt8]) -> String {
    let characters = bytes.map { byte in
      switch byte {
      case UInt8(ascii: "\\"): "\\\\"
      case UInt8(ascii: "\n"): "\\n"
      case 0x20..<0x7f: String(UnicodeScalar(byte))
      default: "\\u{\(String(byte, radix: 16, uppercase: true))}"
      }
    }
    return "“\(characters.joined())”"
  }
}
