package import SystemPackage

// Files are read whole that others may write, or replace, at the same moment. Their known length may be wrong when they are
// read, so nothing depends on it.

extension FileDescriptor {
  /// Everything from here to the end of a file, which may grow meanwhile.
  ///
  /// It takes at most the memory of `limit` bytes and one, however the file grows.
  /// - Throws: `Errno.fileTooLarge` for more than `limit` bytes, or the system's error.
  package func contents(atMost limit: Int) throws -> [UInt8] {
    let size = Int(try stat().size)
    guard size <= limit else { throw Errno.fileTooLarge }
    var bytes: [UInt8] = []
    try unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      var room = Self.room(for: size + 1, limit)
      // One byte more than allowed, so that a file that is too long is noticed.
      while bytes.count <= limit {
        let wanted = min(buffer.count, limit + 1 - bytes.count)
        let count = try unsafe read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        guard count > 0 else { return }
        if bytes.count + count > room { room = Self.room(for: 2 * (room + count), limit) }
        bytes.reserveCapacity(room)
        unsafe bytes.append(contentsOf: buffer[..<count])
      }
      throw Errno.fileTooLarge
    }
    return bytes
  }

  /// As a file that grows out of its room is copied into a larger one, the old may be half as large as the largest, no more;
  /// what of the largest stays empty takes no memory.
  private static func room(for byteCount: Int, _ limit: Int) -> Int {
    byteCount > limit / 2 ? limit + 1 : byteCount
  }
}

extension FilePath {
  /// Up to this many bytes from the beginning of the file.
  package func firstBytes(_ count: Int) throws -> [UInt8] {
    let file = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec, .nonBlocking])
    return try file.closeAfter {
      try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
        read = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }
}
