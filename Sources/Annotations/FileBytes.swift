internal import Files
internal import SystemPackage

/// 16 MiB, far more than the annotation of one picture needs.
private let largestByteCount = 16 << 20

/// Reads an annotation file.
/// - Parameter maximumCount: a longer file is refused, and so is one that grows longer while it is read.
func bytes(of path: FilePath, maximumCount: Int = largestByteCount) throws(AnnotationError)
  -> [UInt8]
{
  do {
    let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    return try file.closeAfter { try file.contents(atMost: maximumCount) }
  } catch Errno.fileTooLarge {
    throw AnnotationError(
      path,
      "this is over \(maximumCount >> 20) MiB long, too long for an annotation; remove it, or split it"
    )
  } catch {
    let code = error as? Errno ?? .ioError
    throw AnnotationError(
      path, "the annotation cannot be read: \(code); \(code.readingAdvice)", code: code)
  }
}

/// Reads an annotation file as text: UTF-8 with or without a byte order mark, or UTF-16 with one.
func text(of path: FilePath) throws(AnnotationError) -> String {
  let bytes = try bytes(of: path)
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
