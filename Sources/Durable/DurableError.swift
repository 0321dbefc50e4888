internal import Files
package import SystemPackage

/// A library could not read or write a file; perhaps the system refused.
package protocol SystemFailure: Error {
  var path: FilePath { get }
  /// The system's error; nil if something else is wrong.
  var code: Errno? { get }
}

/// The disk refused a durable operation; what was there before is still there.
package struct DurableError: Error, Sendable, CustomStringConvertible {
  /// The file or folder concerned.
  package let path: FilePath
  /// The system's error.
  package let code: Errno
  package let description: String

  /// Whether there was no room: for bytes, for files, or within a quota or limit.
  package var isDiskFull: Bool {
    [.noSpace, .diskQuotaExceeded, .fileTooLarge].contains(code)
  }

  package init(_ code: Errno, _ what: String, _ path: FilePath) {
    self.path = path
    self.code = code
    let reason =
      switch code {
      case .permissionDenied, .notPermitted:
        "\(code)" + (path.ownerInTheWay().map { "; \($0)" } ?? "")
      case .noSpace, .diskQuotaExceeded: "\(code); free some space"
      case .noSuchFileOrDirectory where !path.folder.exists:
        "there is no folder \(path.folder); make it, or correct the path"
      default: "\(code)"
      }
    description = "cannot \(what) \(path): \(reason)"
  }

  /// The folder that files are to be moved into is not there.
  init(missingFolder folder: FilePath) {
    path = folder
    code = .noSuchFileOrDirectory
    description = "cannot move files into \(folder): \(code); put the folder back, or make it again"
  }

  /// There is not enough room for what is about to be written.
  init(noRoomFor needed: Int, available: Int, _ path: FilePath) {
    self.path = path
    code = .noSpace
    description = """
      cannot write \(path): it needs \(Self.megabytes(needed)) MB and the disk has \
      \(Self.megabytes(available)) MB free; free some space
      """
  }

  /// Rounded up, so that the message never understates what is needed.
  private static func megabytes(_ bytes: Int) -> Int {
    bytes / 1_000_000 + (bytes % 1_000_000 > 0 ? 1 : 0)
  }
}
