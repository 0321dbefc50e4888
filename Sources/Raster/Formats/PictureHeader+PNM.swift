/// Binary PGM ("P5") and PPM ("P6"): width, height and largest value in decimal, between white space and comments (from
/// "#" to the line's end); one white space; then the values, two bytes each where the largest exceeds 255.
extension PictureHeader {
  init?(pnm source: ByteSource) {
    var offset = 2
    guard let width = Self.pnmNumber(in: source, at: &offset),
      let height = Self.pnmNumber(in: source, at: &offset),
      let largest = Self.pnmNumber(in: source, at: &offset)
    else { return nil }
    let isGray = source[1] == UInt8(ascii: "5")
    let pixelBytes = (isGray ? 1 : 3) * (largest > 255 ? 2 : 1)
    self.init(
      format: .pnm, width: width, height: height, isGray: isGray,
      isComplete: offset + 1 + width * height * pixelBytes <= source.count)
  }

  /// The number at `offset`, which moves to the first byte behind it; nine digits at most.
  private static func pnmNumber(in source: ByteSource, at offset: inout Int) -> Int? {
    while let byte = source[offset] {
      if byte == UInt8(ascii: "#") {
        while let comment = source[offset], comment != UInt8(ascii: "\n") { offset += 1 }
      } else if ByteSource.isSpace(byte) {
        offset += 1
      } else {
        break
      }
    }
    var number: Int?
    while let byte = source[offset], (0x30...0x39).contains(byte), number ?? 0 < 100_000_000 {
      number = (number ?? 0) * 10 + Int(byte - 0x30)
      offset += 1
    }
    return number
  }
}
