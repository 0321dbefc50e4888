internal import FoundationEssentials
internal import SystemPackage

/// The bytes of an annotation file.
func bytes(of path: FilePath) throws(AnnotationError) -> Data {
  do {
    let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    return try file.closeAfter {
      var bytes = Data()
      while true {
        let more = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if more.isEmpty { return bytes }
        bytes += more
      }
    }
  } catch {
    throw AnnotationError(path, "the annotation cannot be read: \(error); check that it may be")
  }
}

/// The text of an annotation file: UTF-8 with or without its mark, or UTF-16 with it.
func text(of path: FilePath) throws(AnnotationError) -> String {
  let bytes = Array(try bytes(of: path))
  func units(_ first: Int, _ second: Int) -> [UInt16] {
    stride(from: 2, to: bytes.count - 1, by: 2).map {
      UInt16(bytes[$0 + first]) | UInt16(bytes[$0 + second]) << 8
    }
  }
  return switch (bytes.first, bytes.dropFirst().first) {
  case (0xff, 0xfe): String(decoding: units(0, 1), as: UTF16.self)
  case (0xfe, 0xff): String(decoding: units(1, 0), as: UTF16.self)
  case (0xef, 0xbb) where bytes.count > 2 && bytes[2] == 0xbf:
    String(decoding: bytes.dropFirst(3), as: UTF8.self)
  default: String(decoding: bytes, as: UTF8.self)
  }
}
