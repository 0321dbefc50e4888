package import Detection

/// Why bytes did not become a picture, or a picture did not become bytes.
package enum RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are no bytes.
  case empty
  /// The bytes begin as no picture does that is read here; their first few are kept.
  case unknownFormat(beginning: [UInt8])
  /// The bytes end, or turn into something else, before the picture does.
  case truncated(PictureHeader.Format)
  /// The data end, or turn into zeros, so many rows before the picture does.
  case rowsMissing(PictureHeader.Format, Int, of: Int)
  /// A camera's raw file, of which only a small preview could be read.
  case rawFile
  /// More passes over the picture than any program writes.
  case tooManyScans(Int)
  /// The machine's libraries lack the format's codec.
  case noCodec(PictureHeader.Format)
  /// The header speaks of a picture of no size.
  case noPixels(PictureHeader.Format)
  /// The header speaks of more pixels than are allowed.
  case tooLarge(PixelSize, maximumPixels: Int)
  /// The codec gave up; its own words follow, where it had any.
  case undecodable(PictureHeader.Format, String)
  /// The codec refused to write; its own words follow.
  case unencodable(PictureHeader.Format, String)
  /// The picture took more memory than its size explains.
  case outOfMemory(PixelSize)
  /// The picture made the decoder crash, twice; the signal ended it.
  case crashedDecoder(PictureHeader.Format, signal: Int32)
  /// The decoder was not ready in time.
  case overdue(PictureHeader.Format, limit: Duration)
  /// There is no decoder, which is no picture's fault.
  case noDecoder(String)

  /// Whether the machine is to blame and not the picture: waiting may help, setting the picture aside may not.
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

  /// What helps a copy that was cut, and a picture that is so at its source.
  private static let remedy =
    "copy it again, or, if the original is broken too, open it in a program that can show it and save it again"

  private static func named(_ format: PictureHeader.Format) -> String {
    format == .heic ? "HEIC, as iPhones write" : format.rawValue
  }

  /// Printable ASCII as it is, everything else as \xx.
  private static func quoted(_ bytes: [UInt8]) -> String {
    let characters = bytes.map { byte in
      (0x20..<0x7f).contains(byte)
        ? String(UnicodeScalar(byte))
        : "\\" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "“\(characters.joined())”"
  }
}
