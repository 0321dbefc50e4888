package import Detection

/// What a picture's header says about it, read before anything is decoded.
///
/// The content determines the format, not the file's name.
package struct PictureHeader: Hashable, Sendable {
  /// The formats that Misfire reads.
  package enum Format: String, CaseIterable, Sendable, CustomStringConvertible {
    case jpeg = "JPEG"
    case png = "PNG"
    case bmp = "BMP"
    case webp = "WebP"
    /// P1 to P6, text and binary.
    case pnm = "PBM, PGM or PPM"
    case tiff = "TIFF"
    case gif = "GIF"
    /// HEVC in HEIF.
    case heic = "HEIC"
    /// AV1 in HEIF.
    case avif = "AVIF"
    case jpeg2000 = "JPEG 2000"

    package var description: String { rawValue }

    /// All formats, for messages.
    static let list = "JPEG, PNG, HEIC, AVIF, WebP, TIFF, GIF, JPEG 2000, BMP, PBM, PGM or PPM"
  }

  package let format: Format
  /// The size as stored; `orientation` can still swap width and height.
  package let size: PixelSize
  /// Whether every pixel is stored as one grey value.
  package var isGray = false
  /// Whether the file has the picture's end, as far as can be seen without decoding; half-written and truncated files
  /// lack it.
  package var isComplete: Bool
  /// The EXIF orientation, in 1...8; 1 for formats whose codec applies the orientation itself.
  package var orientation = 1
  /// Whether the picture is the first frame of an animation.
  package var isAnimation = false
  /// Whether the file crops the stored picture, so that `size` is only an upper bound.
  package var isCropped = false
  /// Why Misfire does not decode the picture, although it reads the format.
  package var objection: Objection?

  /// What is wrong with a picture whose header is readable.
  package enum Objection: Hashable, Sendable {
    /// A camera's raw file, whose first picture is only a preview.
    case rawFile
    /// More scans of the whole picture than any program writes; each takes time to decode.
    case tooManyScans(Int)
    /// A BMP of 32 bits whose colours are in another order than usual, which OpenCV 4.6 ignores.
    case unusualMasks
  }

  /// Reads the header of `bytes` and looks for the picture's end.
  /// - Throws: `RasterError.empty`, `.unknownFormat`, `.noPixels`, or `.truncated` if the bytes end inside the header.
  package init(of bytes: [UInt8]) throws(RasterError) {
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
      case .tiff: PictureHeader(tiff: source)
      case .gif: PictureHeader(gif: source)
      case .heic, .avif: PictureHeader(heif: source, format)
      case .jpeg2000: PictureHeader(jpeg2000: source)
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

  /// Whether a file with this beginning is in a format that Misfire reads.
  /// - Parameter beginning: the first bytes; 64 are enough.
  package static func isPicture(beginning: [UInt8]) -> Bool {
    format(of: ByteSource(beginning)) != nil
  }

  private static func format(of source: ByteSource) -> Format? {
    if source.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
    if source.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return .png }
    if source.matches("RIFF", at: 0), source.matches("WEBP", at: 8) { return .webp }
    if source.matches("GIF87a", at: 0) || source.matches("GIF89a", at: 0) { return .gif }
    if isTIFF(source) { return .tiff }
    if isJPEG2000(source) { return .jpeg2000 }
    if let format = heifFormat(of: source) { return format }
    if isPNM(source) { return .pnm }
    // Text can begin with "BM" too, so BMP is tried last, with a check of what follows.
    return isBMP(source) ? .bmp : nil
  }
}

extension PictureHeader {
  /// Whether a decoded picture of this size is consistent with the header.
  func explains(_ decoded: PixelSize) -> Bool {
    let turned = PixelSize(width: size.height, height: size.width)
    if isCropped {
      return [size, turned].contains { decoded.width <= $0.width && decoded.height <= $0.height }
    }
    return decoded == size || decoded == turned
  }
}
