#if canImport(Glibc)
  private import Glibc
#endif

/// Bytes with checked access: reading beyond the end gives nil.
struct ByteSource {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  subscript(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  func endsWith(_ end: [UInt8]) -> Bool { bytes.suffix(end.count).elementsEqual(end) }

  func starts(with beginning: [UInt8]) -> Bool { bytes.starts(with: beginning) }

  func matches(_ text: String, at offset: Int) -> Bool {
    (0...bytes.count).contains(offset) && bytes[offset...].starts(with: text.utf8)
  }

  func bigEndian16(at offset: Int) -> Int? { number(at: offset, byteCount: 2, bigEndian: true) }
  func bigEndian32(at offset: Int) -> Int? { number(at: offset, byteCount: 4, bigEndian: true) }
  func littleEndian16(at offset: Int) -> Int? { number(at: offset, byteCount: 2) }
  func littleEndian24(at offset: Int) -> Int? { number(at: offset, byteCount: 3) }
  func littleEndian32(at offset: Int) -> Int? { number(at: offset, byteCount: 4) }

  /// The unsigned integer of `byteCount` bytes, at most eight; nil beyond the end, or if it does not fit an Int.
  func number(at offset: Int, byteCount: Int, bigEndian: Bool = false) -> Int? {
    guard offset >= 0 && offset <= bytes.count - byteCount else { return nil }
    let digits = bytes[offset..<offset + byteCount]
    guard byteCount < 8 || (bigEndian ? digits.first! : digits.last!) < 0x80 else { return nil }
    return bigEndian
      ? digits.reduce(0) { $0 << 8 | Int($1) } : digits.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// `count` bytes as text; nil beyond the end, or if they are not ASCII.
  func text(at offset: Int, count: Int) -> String? {
    guard offset >= 0 && offset <= bytes.count - count else { return nil }
    let characters = bytes[offset..<offset + count]
    return characters.allSatisfy { $0 < 0x80 } ? String(decoding: characters, as: UTF8.self) : nil
  }

  /// The offset of the first `byte` at or after `offset`.
  func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
    guard offset < bytes.count else { return nil }
    // memchr reads 32 bytes at once; a loop over a photograph's entropy-coded data would take as long as decoding a row.
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress,
        let found = unsafe memchr(start + offset, Int32(byte), buffer.count - offset)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - start
    }
  }

  /// Whether a byte is white space, as C's `isspace` defines it.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
