internal import CNettle

/// Computes the SHA-256 of bytes that arrive in pieces.
package struct SHA256Stream: Sendable {
  private var context = sha256_ctx()

  package init() {
    unsafe nettle_sha256_init(&context)
  }

  /// Adds the bytes of `numbers` as they are in memory.
  package mutating func add<Number: BitwiseCopyable>(_ numbers: [Number]) {
    unsafe numbers.withUnsafeBytes {
      unsafe nettle_sha256_update(&context, $0.count, $0.bindMemory(to: UInt8.self).baseAddress)
    }
  }

  /// The digest of everything added.
  package consuming func finish() -> SHA256Digest {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: SHA256Digest.byteCount) {
      unsafe nettle_sha256_digest(&context, SHA256Digest.byteCount, $0.baseAddress)
      $1 = SHA256Digest.byteCount
    }
    return SHA256Digest(bytes: bytes)!
  }
}
