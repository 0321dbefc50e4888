/// PNG, big-endian: eight bytes of signature, then chunks of length, kind (four letters), data and CRC. The first chunk is
/// IHDR (width, height, bit depth, colour type, …), the last is IEND.
///
/// - SeeAlso: ISO/IEC 15948, 5.
extension PictureHeader {
  init?(png source: ByteSource) {
    let firstChunk = 8
    let dataOffset = 8
    guard source.matches("IHDR", at: firstChunk + 4),
      let width = source.bigEndian32(at: firstChunk + dataOffset),
      let height = source.bigEndian32(at: firstChunk + dataOffset + 4),
      let colourType = source[firstChunk + dataOffset + 9]
    else { return nil }

    var isComplete = false
    var offset = firstChunk
    while !isComplete, let length = source.bigEndian32(at: offset) {
      let end = offset + dataOffset + length + 4
      isComplete = source.matches("IEND", at: offset + 4) && end <= source.count
      offset = end
    }
    self.init(
      format: .png, width: width, height: height, isGray: colourType == 0, isComplete: isComplete)
  }
}
