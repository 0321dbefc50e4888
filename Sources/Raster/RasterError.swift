public import Detection

/// Why bytes did not become a picture, or a picture did not become bytes.
public enum RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are no bytes.
  case empty
  /// The bytes begin as no picture does that is read here; their first few are kept.
  case unknownFormat(beginning: [UInt8])
  /// The bytes end, or turn into something else, before the picture does.
  case truncated(PictureHeader.Format)
  /// The header speaks of a picture of no size.
  case noPixels(PictureHeader.Format)
  /// The header speaks of more pixels than are allowed.
  case tooLarge(PixelSize, maximumPixels: Int)
  /// The codec gave up; its own words follow, where it had any.
  case undecodable(PictureHeader.Format, String)
  /// The codec refused to write; its own words follow.
  case unencodable(PictureHeader.Format, String)
  /// There was no memory for the picture.
  case outOfMemory(PixelSize)

  public var description: String {
    switch self {
    case .empty:
      "the file is empty"
    case .unknownFormat(let beginning):
      "not a picture that is read here (\(PictureHeader.Format.list)); it begins with "
        + Self.quoted(beginning)
    case .truncated(let format):
      "the \(format) picture is cut short: its end is missing"
    case .noPixels(let format):
      "the \(format) picture has no pixels"
    case .tooLarge(let size, let maximum):
      "the picture has \(size.width)×\(size.height) = \(size.width * size.height) pixels,"
        + " more than the \(maximum) that are allowed"
    case .undecodable(let format, let words):
      "the \(format) picture cannot be decoded" + (words.isEmpty ? "" : ": \(words)")
    case .unencodable(let format, let words):
      "the picture cannot be written as \(format): \(words)"
    case .outOfMemory(let size):
      "there is no memory for a picture of \(size.width)×\(size.height) pixels"
    }
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
