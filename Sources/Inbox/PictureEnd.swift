internal import SystemPackage

extension FilePath {
  /// Whether a file begins and ends as a JPEG or PNG does, so that it is complete.
  ///
  /// Also false for other formats, and for an unreadable file: mining it reports why.
  var hasPictureEnd: Bool {
    do {
      let file = try FileDescriptor.open(
        self, .readOnly, options: [.closeOnExec, .nonBlocking, .noFollow])
      return try file.closeAfter {
        let start = try file.bytes(at: 0, count: PictureEnd.longest)
        guard let format = PictureEnd.formats.first(where: { start.starts(with: $0.start) }) else {
          return false
        }
        let byteCount = try file.seek(offset: 0, from: .end)
        let end = try file.bytes(
          at: max(0, byteCount - Int64(format.end.count)), count: format.end.count)
        return byteCount >= format.start.count + format.end.count && end == format.end
      }
    } catch {
      return false
    }
  }
}

/// How the files of one format begin and end.
private struct PictureEnd {
  let start, end: [UInt8]

  static let formats = [
    // Start of image and the first marker; end of image.
    PictureEnd(start: [0xFF, 0xD8, 0xFF], end: [0xFF, 0xD9]),
    // PNG's signature; the type IEND and its checksum.
    PictureEnd(
      start: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
      end: [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]),
  ]
  static let longest = 8
}

extension FileDescriptor {
  /// Up to `count` bytes from `offset` on; fewer if the file ends before.
  fileprivate func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
      read = try unsafe self.read(
        fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}
