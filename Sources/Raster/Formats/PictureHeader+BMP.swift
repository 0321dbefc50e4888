/// BMP, little-endian: "BM", file size, four reserved bytes that can hold anything, offset of the pixels (14 bytes
/// together); then a header that begins with its own size: 12 for OS/2 (16-bit width and height), 40 or more for Windows
/// (32-bit; a negative height means top-down). Where the compression is 3 or 6, masks at offset 54 say which bits of a pixel are
/// red, green and blue.
extension PictureHeader {
  static func isBMP(_ source: ByteSource) -> Bool {
    guard source.matches("BM", at: 0) else { return false }
    // So short a file could also be text.
    guard let headerSize = source.littleEndian32(at: 14) else { return source.count < 18 }
    return headerSize == 12 || (16...256).contains(headerSize)
  }

  init?(bmp source: ByteSource) {
    guard let pixels = source.littleEndian32(at: 10), let headerSize = source.littleEndian32(at: 14)
    else { return nil }
    let width: Int
    let height: Int
    let bitsPerPixel: Int
    var compression = 0
    if headerSize == 12 {
      guard let columns = source.littleEndian16(at: 18), let rows = source.littleEndian16(at: 20),
        let bits = source.littleEndian16(at: 24)
      else { return nil }
      (width, height, bitsPerPixel) = (columns, rows, bits)
    } else {
      guard let columns = source.littleEndian32(at: 18), let rows = source.littleEndian32(at: 22),
        let bits = source.littleEndian16(at: 28), let kind = source.littleEndian32(at: 30)
      else { return nil }
      let signedRows = Int(Int32(truncatingIfNeeded: rows))
      (width, height, bitsPerPixel) = (columns, abs(signedRows), bits)
      compression = kind
    }

    let isRunLengthCoded = compression == 1 || compression == 2
    let end: Int
    if isRunLengthCoded, let storedSize = source.littleEndian32(at: 34) {
      end = pixels + storedSize
    } else {
      let rowBytes = (width * bitsPerPixel + 31) / 32 * 4
      let (area, overflow) = rowBytes.multipliedReportingOverflow(by: height)
      // Larger than any file, but small enough that adding the offset cannot overflow.
      end = pixels + (overflow ? 1 << 62 : min(area, 1 << 62))
    }
    self.init(format: .bmp, width: width, height: height, isComplete: end <= source.count)
    let masks = [54, 58, 62].map { source.littleEndian32(at: $0) }
    if bitsPerPixel == 32, compression == 3 || compression == 6,
      masks != [0xff_0000, 0xff00, 0xff]
    {
      objection = .unusualMasks
    }
  }
}
