#if canImport(Glibc)
  internal import Glibc
#endif

/// Captures in a pipe what libraries print to stderr: libpng and libjpeg report there what is wrong.
struct PrintedWords {
  private let end: Int32

  /// Redirects stderr. While the pipe is full, output is lost.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0,
      ends.allSatisfy({ fcntl($0, F_SETFL, O_NONBLOCK) == 0 }), dup2(ends[1], STDERR_FILENO) >= 0
    else { return nil }
    close(ends[1])
    end = ends[0]
  }

  /// Empties the pipe, and returns the last line printed since the last call; empty if there is none.
  func take() -> String {
    let text = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      let count = unsafe read(end, buffer.baseAddress!, buffer.count)
      return unsafe String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }
    return text.split(separator: "\n").last.map(String.init) ?? ""
  }
}
