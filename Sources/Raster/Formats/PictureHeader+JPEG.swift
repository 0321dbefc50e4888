/// JPEG: markers (0xff and a code), most followed by a segment that begins with its own length, big-endian:
///
///     ffd8 SOI │ ffe1 length EXIF… │ ffc0 length SOF: precision, height, width, components… │ … │
///     ffda length SOS… entropy-coded data, in which ff is always followed by 00 or d0…d7 │ … │ ffd9 EOI
///
/// The end marker proves little: some pictures lack it but have all their rows, others have it after half of them. So the
/// decoder checks for missing rows.
///
/// - SeeAlso: ITU-T T.81, annex B.
extension PictureHeader {
  /// A progressive picture has about ten scans, a highly refined one a few dozen.
  private static let mostScans = 100

  init?(jpeg source: ByteSource) {
    var frame: (width: Int, height: Int, components: UInt8)?
    var orientation: Int?
    var scanCount = 0
    var offset = 2
    markers: while let marker = Self.jpegMarker(in: source, from: offset) {
      offset = marker.end
      switch marker.code {
      case 0xd9:  // EOI
        break markers
      case 0x01, 0xd0...0xd8:  // TEM, RST and SOI stand alone
        continue
      case 0xda:
        scanCount += 1
      case 0xe1 where orientation == nil && source.matches("Exif\0\0", at: offset + 2):
        orientation = EXIF.orientation(in: source, at: offset + 8)
      case _ where Self.isJPEGFrame(marker.code) && frame == nil:
        guard let height = source.bigEndian16(at: offset + 3),
          let width = source.bigEndian16(at: offset + 5), let components = source[offset + 7]
        else { return nil }
        frame = (width, height, components)
      default: break
      }
      guard let length = source.bigEndian16(at: offset), length >= 2 else { continue }
      offset += length
    }
    // Without a scan, there is only the header.
    guard let frame, scanCount > 0 else { return nil }
    self.init(
      format: .jpeg, width: frame.width, height: frame.height, isGray: frame.components == 1,
      isComplete: true)
    self.orientation = orientation ?? 1
    if scanCount > Self.mostScans { objection = .tooManyScans(scanCount) }
  }

  /// The first marker at or after `offset`; `end` is the offset of the first byte after it.
  ///
  /// Skips other bytes: entropy-coded data, and what some cameras leave between segments.
  private static func jpegMarker(
    in source: ByteSource, from offset: Int
  ) -> (code: UInt8, end: Int)? {
    var offset = offset
    while let start = source.firstIndex(of: 0xff, from: offset), let code = source[start + 1] {
      if code != 0x00 && code != 0xff { return (code, start + 2) }
      // ff before ff is padding; ff before 00 is data.
      offset = start + (code == 0xff ? 1 : 2)
    }
    return nil
  }

  /// Whether a marker is SOF0…SOF15; DHT, JPG and DAC have numbers from the same range.
  private static func isJPEGFrame(_ code: UInt8) -> Bool {
    (0xc0...0xcf).contains(code) && ![0xc4, 0xc8, 0xcc].contains(code)
  }
}
