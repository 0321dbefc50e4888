/// GIF, little-endian: "GIF87a" or "GIF89a", width, height, flags, background, aspect; a colour table if bit 7 of the flags
/// is set; then blocks. 0x21 begins an extension (its kind, then data), 0x2c a frame (left, top, width, height, flags, a
/// colour table, a code size, then data), 0x3b ends the file. Data are pieces of at most 255 bytes, each preceded by its
/// length; a length of 0 ends them.
extension PictureHeader {
  init?(gif source: ByteSource) {
    guard let width = source.littleEndian16(at: 6), let height = source.littleEndian16(at: 8),
      let flags = source[10]
    else { return nil }
    self.init(
      format: .gif, width: width, height: height,
      isComplete: Self.hasFrame(source, from: 13 + Self.colorTableSize(flags)))
  }

  /// Whether the first frame is complete.
  private static func hasFrame(_ source: ByteSource, from offset: Int) -> Bool {
    var offset = offset
    while source[offset] == 0x21 {
      guard let end = endOfData(in: source, from: offset + 2) else { return false }
      offset = end
    }
    // With any other block, or the end of the file, the decoder reports that there is no picture.
    guard let block = source[offset] else { return false }
    guard block == 0x2c else { return true }
    guard let flags = source[offset + 9] else { return false }
    return endOfData(in: source, from: offset + 11 + colorTableSize(flags)) != nil
  }

  private static func colorTableSize(_ flags: UInt8) -> Int {
    flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1)
  }

  /// The offset of the first byte after the data that begin at `offset`; nil if they do not end.
  private static func endOfData(in source: ByteSource, from offset: Int) -> Int? {
    var offset = offset
    while let length = source[offset] {
      offset += 1 + Int(length)
      if length == 0 { return offset }
    }
    return nil
  }
}
