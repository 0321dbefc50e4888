package import Foundation

/// Runs Python with skimage, OpenCV, scikit-learn and h5py, the libraries that results are compared with.
///
/// `scripts/make-venv` creates the virtual environment (`.venv`) if it is missing; `make test` calls it first.
package enum Python {
  package struct Failed: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
      self.description = description
    }
  }

  /// The folder that contains Package.swift.
  package static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Runs `script` with `arguments` and returns its output. If the script fails, its error output is thrown.
  ///
  /// `import lesson` and `import dense` find the definitions in Tests/Oracle.
  package static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    let output = Pipe()
    let errors = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    let process = try ChildProcess(
      packageFolder.appending(path: ".venv/bin/python").path, ["-c", script] + arguments,
      environment: ProcessInfo.processInfo.environment.merging(
        ["PYTHONPATH": packageFolder.appending(path: "Tests/Oracle").path]) { $1 },
      output: output.fileHandleForWriting, errors: FileHandle(forWritingTo: errors))
    try output.fileHandleForWriting.close()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    guard process.waitUntilExit() == 0 else {
      throw Failed(description: try String(contentsOf: errors, encoding: .utf8))
    }
    return String(decoding: printed, as: UTF8.self)
  }
}
