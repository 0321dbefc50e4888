/// WebP, little-endian: "RIFF", size of what follows, "WEBP", then chunks (kind, size, data). The first chunk is "VP8 "
/// (lossy), "VP8L" (lossless) or "VP8X" (extended: its first byte has flags for EXIF and animation).
///
/// - SeeAlso: RFC 9649.
extension PictureHeader {
  init?(webp source: ByteSource) {
    let riffHeader = 8
    let data = 20
    guard let contentSize = source.littleEndian32(at: 4) else { return nil }
    let width: Int
    let height: Int
    var features: UInt8 = 0
    if source.matches("VP8 ", at: 12) {
      // After a three-byte frame tag and a three-byte start code; the top two bits of each number are a scale.
      guard let columns = source.littleEndian16(at: data + 6),
        let rows = source.littleEndian16(at: data + 8)
      else { return nil }
      (width, height) = (columns & 0x3fff, rows & 0x3fff)
    } else if source.matches("VP8L", at: 12) {
      guard let packed = source.littleEndian32(at: data + 1) else { return nil }
      (width, height) = ((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1)
    } else {
      guard source.matches("VP8X", at: 12), let columns = source.littleEndian24(at: data + 4),
        let rows = source.littleEndian24(at: data + 7)
      else { return nil }
      (width, height) = (columns + 1, rows + 1)
      features = source[data] ?? 0
    }
    self.init(
      format: .webp, width: width, height: height,
      isComplete: riffHeader + contentSize <= source.count)
    isAnimation = features & 0x02 != 0
    if features & 0x08 != 0 { orientation = Self.webpOrientation(in: source) }
  }

  /// The orientation in the chunk "EXIF"; some programs begin it with "Exif\0\0", as in JPEG.
  private static func webpOrientation(in source: ByteSource) -> Int {
    var chunk = 12
    while let size = source.littleEndian32(at: chunk + 4) {
      if source.matches("EXIF", at: chunk) {
        let start = chunk + 8
        return EXIF.orientation(
          in: source, at: source.matches("Exif\0\0", at: start) ? start + 6 : start)
      }
      // Chunks are padded to an even length.
      chunk += 8 + size + size % 2
    }
    return 1
  }
}
