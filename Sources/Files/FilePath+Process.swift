internal import Glibc
package import SystemPackage

// Paths that this process was given, byte for byte: they need not be text.

extension FilePath {
  /// The folder that relative paths start at.
  package static var working: FilePath {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      unsafe getcwd(buffer.baseAddress!, buffer.count).map { unsafe FilePath(platformString: $0) }
        ?? "/"
    }
  }

  /// The path from the root, so that it can be found again from anywhere.
  package var absolute: FilePath { FilePath.working.pushing(self).lexicallyNormalized() }

  /// The path in a variable of the environment; nil if it is not set or empty.
  package static func environment(_ name: String) -> FilePath? {
    unsafe getenv(name).flatMap { value in
      unsafe value.pointee == 0 ? nil : unsafe FilePath(platformString: value)
    }
  }

  /// The paths in arguments, which Swift turns into text.
  package static func arguments(_ texts: [String]) -> [FilePath] {
    var arguments = (0..<Int(CommandLine.argc)).compactMap { index in
      unsafe CommandLine.unsafeArgv[index].map { argument in
        // Of "--option=path", the path.
        let value =
          unsafe argument.pointee == UInt8(ascii: "-")
          ? strchr(argument, Int32(UInt8(ascii: "="))) : nil
        let start = unsafe value.map { unsafe $0 + 1 } ?? argument
        return unsafe (text: String(cString: start), path: FilePath(platformString: start))
      }
    }
    return texts.map { text in
      arguments.firstIndex { $0.text == text }.map { arguments.remove(at: $0).path }
        ?? FilePath(text)
    }
  }

  /// The path in one argument.
  package static func argument(_ text: String) -> FilePath { arguments([text])[0] }
}
