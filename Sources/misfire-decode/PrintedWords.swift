#if canImport(Glibc)
  internal import Glibc
#endif

/// What libraries print to stderr, kept in a pipe until it is asked for: libpng and libjpeg say there what is wrong.
struct PrintedWords {
  private let end: Int32

  /// Redirects stderr. What finds the pipe full is lost.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0,
      ends.allSatisfy({ fcntl($0, F_SETFL, O_NONBLOCK) == 0 }), dup2(ends[1], STDERR_FILENO) >= 0
    else { return nil }
    close(ends[1])
    end = ends[0]
  }

  /// What was printed since this was last asked for, its last line.
  func take() -> String {
    let text = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      let count = unsafe read(end, buffer.baseAddress!, buffer.count)
      return unsafe String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }
    return text.split(separator: "\n").last.map(String.init) ?? ""
  }
}
