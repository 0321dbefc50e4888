internal import Glibc
package import SystemPackage

extension FilePath {
  /// The folder that relative paths start at.
  package static var working: FilePath {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      unsafe getcwd(buffer.baseAddress!, buffer.count).map { unsafe FilePath(platformString: $0) }
        ?? "/"
    }
  }

  /// The path in a variable of the environment; nil if it is not set or empty.
  package static func environment(_ name: String) -> FilePath? {
    unsafe getenv(name).flatMap { value in
      unsafe value.pointee == 0 ? nil : unsafe FilePath(platformString: value)
    }
  }

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
