#if canImport(Glibc)
  private import Glibc
#endif

/// Bytes that answer nil beyond their end.
struct ByteSource {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var count: Int { bytes.count }

  subscript(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  func starts(with beginning: [UInt8]) -> Bool { bytes.starts(with: beginning) }

  func matches(_ text: String, at offset: Int) -> Bool {
    offset <= bytes.count && bytes[offset...].starts(with: text.utf8)
  }

  func bigEndian16(at offset: Int) -> Int? { number(at: offset, byteCount: 2, bigEndian: true) }
  func bigEndian32(at offset: Int) -> Int? { number(at: offset, byteCount: 4, bigEndian: true) }
  func littleEndian16(at offset: Int) -> Int? { number(at: offset, byteCount: 2) }
  func littleEndian24(at offset: Int) -> Int? { number(at: offset, byteCount: 3) }
  func littleEndian32(at offset: Int) -> Int? { number(at: offset, byteCount: 4) }

  private func number(at offset: Int, byteCount: Int, bigEndian: Bool = false) -> Int? {
    guard offset >= 0 && offset + byteCount <= bytes.count else { return nil }
    let digits = bytes[offset..<offset + byteCount]
    return bigEndian
      ? digits.reduce(0) { $0 << 8 | Int($1) } : digits.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Where `byte` occurs first at or after `offset`.
  func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
    guard offset < bytes.count else { return nil }
    // memchr reads 32 bytes at once; a loop over a photograph's entropy-coded data would cost as much as decoding a row.
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress,
        let found = unsafe memchr(start + offset, Int32(byte), buffer.count - offset)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - start
    }
  }

  /// What C's `isspace` accepts.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
