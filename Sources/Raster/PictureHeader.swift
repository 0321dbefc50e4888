public import Detection

/// What a picture's own first and last bytes say about it, before anything is decoded.
///
/// The format is told by content; a file's name plays no part.
public struct PictureHeader: Hashable, Sendable {
  /// The formats that are read here.
  public enum Format: String, CaseIterable, Sendable, CustomStringConvertible {
    case jpeg = "JPEG"
    case png = "PNG"
    case bmp = "BMP"
    case webp = "WebP"
    /// Binary PGM and PPM.
    case pnm = "PGM or PPM"

    public var description: String { rawValue }

    /// All of them, for people.
    static let list = "JPEG, PNG, BMP, WebP, PGM or PPM"
  }

  public let format: Format
  /// As stored: an EXIF orientation may still turn the picture on its side.
  public let size: PixelSize
  /// Whether every pixel is stored as one grey value.
  public let isGray: Bool
  /// Whether the picture's end is there; half-written and cut files lack it.
  public let isComplete: Bool

  /// Reads the header of `bytes` and looks for the picture's end.
  /// - Throws: `RasterError.empty`, `.unknownFormat`, `.noPixels`, or `.truncated` where the bytes end before the header does.
  public init(of bytes: [UInt8]) throws(RasterError) {
    guard !bytes.isEmpty else { throw .empty }
    let source = ByteSource(bytes)
    guard let format = Self.format(of: source) else {
      throw .unknownFormat(beginning: Array(bytes.prefix(8)))
    }
    let header =
      switch format {
      case .jpeg: PictureHeader(jpeg: source)
      case .png: PictureHeader(png: source)
      case .bmp: PictureHeader(bmp: source)
      case .webp: PictureHeader(webp: source)
      case .pnm: PictureHeader(pnm: source)
      }
    guard let header else { throw .truncated(format) }
    guard header.size.width > 0 && header.size.height > 0 else { throw .noPixels(format) }
    self = header
  }

  init(format: Format, width: Int, height: Int, isGray: Bool = false, isComplete: Bool) {
    self.format = format
    self.size = PixelSize(width: width, height: height)
    self.isGray = isGray
    self.isComplete = isComplete
  }

  /// Whether a file that begins like this is a picture of a format that is read here.
  /// - Parameter beginning: the first bytes; 64 are enough.
  public static func isPicture(beginning: [UInt8]) -> Bool {
    format(of: ByteSource(beginning)) != nil
  }

  private static func format(of source: ByteSource) -> Format? {
    if source.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
    if source.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return .png }
    if source.starts(with: Array("BM".utf8)), source.littleEndian32(at: 6) == 0 { return .bmp }
    if source.starts(with: Array("RIFF".utf8)), source.matches("WEBP", at: 8) { return .webp }
    if source.starts(with: Array("P5".utf8)) || source.starts(with: Array("P6".utf8)),
      let third = source[2], ByteSource.isSpace(third)
    {
      return .pnm
    }
    return nil
  }
}
