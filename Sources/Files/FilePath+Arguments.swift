internal import SystemPackage

extension FilePath {
  /// The paths in arguments, byte for byte: Swift turns arguments into text, but file names need not be text.
  static func arguments(_ texts: [String]) -> [FilePath] {
    var arguments = (0..<Int(CommandLine.argc)).compactMap { index in
      unsafe CommandLine.unsafeArgv[index].map { argument in
        unsafe (text: String(cString: argument), path: FilePath(platformString: argument))
      }
    }
    return texts.map { text in
      arguments.firstIndex { $0.text == text }.map { arguments.remove(at: $0).path }
        ?? FilePath(text)
    }
  }
}
