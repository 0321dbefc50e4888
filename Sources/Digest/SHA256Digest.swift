internal import CNettle

/// The SHA-256 of some bytes. It identifies a picture by its content.
package struct SHA256Digest: Hashable, Sendable {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// Digests `content` with nettle.
  package init(of content: RawSpan) {
    var context = sha256_ctx()
    unsafe nettle_sha256_init(&context)
    unsafe content.withUnsafeBytes {
      unsafe nettle_sha256_update(&context, $0.count, $0.bindMemory(to: UInt8.self).baseAddress)
    }
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) {
      unsafe nettle_sha256_digest(&context, Self.byteCount, $0.baseAddress)
      $1 = Self.byteCount
    }
  }

  /// Digests `content` with nettle.
  package init(of content: [UInt8]) {
    unsafe self.init(of: content.span.bytes)
  }

  /// Restores a digest computed earlier.
  /// - Returns: nil unless `bytes` has 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Parses what `description` returns.
  /// - Returns: nil unless `hex` is 64 hexadecimal digits, of either case.
  package init?(hex: String) {
    let digits = hex.compactMap { $0.isASCII ? $0.hexDigitValue.map(UInt8.init) : nil }
    guard digits.count == 2 * Self.byteCount, digits.count == hex.count else { return nil }
    bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  package static let byteCount = Int(SHA256_DIGEST_SIZE)
}

extension SHA256Digest: CustomStringConvertible {
  /// 64 lower-case hexadecimal digits, as `sha256sum` prints them.
  package var description: String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
