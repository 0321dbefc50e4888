package import SystemPackage

extension FilePath {
  /// The bytes of the path.
  package var bytes: [UInt8] {
    unsafe withPlatformString {
      unsafe Array(UnsafeRawBufferPointer(start: $0, count: length))
    }
  }

  /// - Returns: nil if a byte is zero, which no path has, or if there is none.
  package init?(bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
    self = unsafe FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
  }
}
