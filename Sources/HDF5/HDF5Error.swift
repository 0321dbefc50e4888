internal import Files
package import SystemPackage

/// An HDF5 operation failed: the library's own message, with advice where Misfire has some.
package struct HDF5Error: FileError, Sendable {
  package let path: FilePath
  /// What went wrong, without the path and the advice.
  package let failure: String
  /// What to do about an intact file that still cannot be read; nil in all other cases.
  package let advice: String?
  /// Why the system does not let the file be opened; nil if something else is wrong.
  package let reason: Errno?
  /// The system's error, if it does not let the file be opened, read or written; nil if something else is wrong, such as
  /// damage.
  package let code: Errno?

  init(path: FilePath, _ failure: String, advice: String? = nil, code: Errno? = nil) {
    self.path = path
    self.failure = failure
    self.advice = advice
    self.code = code
    reason = nil
  }

  /// A library call failed.
  /// - Parameter words: the library's message.
  init(path: FilePath, call: String, words: String) {
    if let code = Self.systemError(in: words) {
      self.init(path: path, call: call, code: code)
      return
    }
    let advice: String? =
      if words.contains("h5clear") {
        "make sure that no program is still writing it, and run `h5clear -s \(path)`"
      } else if words.contains("bad version number") || words.contains("wrong version number")
        || words.contains("unknown version number")
      {
        "it may use a newer HDF5 format than this library reads: `h5repack -j 0 -k 1 \(path) NEW.hdf5` "
          + "with the HDF5 that wrote it makes a copy in an older format"
      } else {
        nil
      }
    let isChunk = Self.filterFailures.contains { words.contains($0) }
    self.init(
      path: path, "cannot \(call): \(isChunk ? "a chunk is damaged" : words)", advice: advice)
  }

  /// The system failed a call.
  init(path: FilePath, call: String, code: Errno) {
    self.init(
      path: path, "cannot \(call): \(code)",
      advice: code.isDiskFailure ? code.readingAdvice : nil, code: code)
  }

  /// The library reports a failed system call as "file write failed: … errno = 28, error message = …".
  private static func systemError(in words: String) -> Errno? {
    words.firstMatch(of: /\berrno = (\d+)/).flatMap { Int32($0.1) }.map { Errno(rawValue: $0) }
  }

  /// The library's messages when a filter cannot decode a chunk. Newer versions report the last one for every filter.
  private static let filterFailures = [
    "inflate() failed", "data error detected by Fletcher32 checksum",
    "filter returned failure during read",
  ]

  init(path: FilePath, notReadable reason: Errno) {
    self.path = path
    failure = "it cannot be read: \(reason)"
    advice = reason.readingAdvice
    self.reason = reason
    code = reason
  }

  package var problem: String {
    failure + (advice.map { "; \($0)" } ?? "")
  }
}
