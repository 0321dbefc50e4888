/// PNM has six kinds: PBM ("P1" and "P4", black and white), PGM ("P2" and "P5", grey) and PPM ("P3" and "P6", colour); the
/// first of each pair is text, the second binary. Width, height and (except in PBM) the largest value follow in decimal,
/// separated by white space and comments (from "#" to the end of the line); then one white space character, then the
/// values. A binary value takes a byte, or two if the largest value exceeds 255. In PBM it takes a bit, and each row
/// begins with a new byte.
extension PictureHeader {
  static func isPNM(_ source: ByteSource) -> Bool {
    guard source.matches("P", at: 0), let kind = source[1], let third = source[2] else {
      return false
    }
    return (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind)
      && (ByteSource.isSpace(third) || third == UInt8(ascii: "#"))
  }

  init?(pnm source: ByteSource) {
    let kind = Int(source[1]! - UInt8(ascii: "0"))
    let isBitmap = kind == 1 || kind == 4
    var offset = 2
    guard let width = Self.pnmNumber(in: source, at: &offset),
      let height = Self.pnmNumber(in: source, at: &offset),
      let largest = isBitmap ? 1 : Self.pnmNumber(in: source, at: &offset)
    else { return nil }
    let rowValues = width * (kind == 3 || kind == 6 ? 3 : 1)
    let isComplete =
      if kind >= 4 {
        offset + 1 + height * (kind == 4 ? (width + 7) / 8 : rowValues * (largest > 255 ? 2 : 1))
          <= source.count
      } else {
        Self.pnmHasNumbers(in: source, from: offset, count: rowValues * height, areDigits: isBitmap)
      }
    self.init(
      format: .pnm, width: width, height: height, isGray: kind == 2 || kind == 5,
      isComplete: isComplete)
  }

  /// Reads the number at `offset`, of at most nine digits, and moves `offset` to the first byte after it.
  private static func pnmNumber(in source: ByteSource, at offset: inout Int) -> Int? {
    skipPNMSpace(in: source, at: &offset)
    var number: Int?
    while let byte = source[offset], (0x30...0x39).contains(byte), number ?? 0 < 100_000_000 {
      number = (number ?? 0) * 10 + Int(byte - 0x30)
      offset += 1
    }
    return number
  }

  private static func skipPNMSpace(in source: ByteSource, at offset: inout Int) {
    while let byte = source[offset] {
      if byte == UInt8(ascii: "#") {
        while let comment = source[offset], comment != 0x0a && comment != 0x0d { offset += 1 }
      } else if ByteSource.isSpace(byte) {
        offset += 1
      } else {
        break
      }
    }
  }

  /// Whether `count` numbers follow as text. A last number that was cut short goes unnoticed.
  /// - Parameter areDigits: whether each digit is a number, with or without white space around it.
  private static func pnmHasNumbers(
    in source: ByteSource, from offset: Int, count: Int, areDigits: Bool
  ) -> Bool {
    // A number takes at least one byte.
    guard count <= source.count else { return false }
    var offset = offset
    for _ in 0..<count {
      skipPNMSpace(in: source, at: &offset)
      guard source[offset] != nil else { return false }
      offset += 1
      while !areDigits, let byte = source[offset], !ByteSource.isSpace(byte) { offset += 1 }
    }
    return true
  }
}
