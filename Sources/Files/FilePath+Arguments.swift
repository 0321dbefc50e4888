internal import Glibc
package import SystemPackage

extension FilePath {
  /// The paths in arguments, byte for byte: Swift turns arguments into text, but file names need not be text.
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

  /// The path in one argument, byte for byte.
  package static func argument(_ text: String) -> FilePath { arguments([text])[0] }
}
