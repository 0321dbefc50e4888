package import Foundation

/// Runs the commands that were built with the tests.
package struct Command {
  package struct Result: Sendable {
    /// The exit status, or the negative number of the signal that ended it.
    package let status: Int32
    package let output: String
    package let errors: String

    /// What it printed to standard error, except for waits for locks.
    package var complaints: String {
      errors.split(separator: "\n").filter { !$0.contains("waiting for the lock ") }
        .joined(separator: "\n")
    }

    /// The lines of output, each parsed as a JSON object.
    package func objects() throws -> [[String: Any]] {
      try output.split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as! [String: Any]
      }
    }
  }

  /// The folder of the built commands, which is also the tests' folder.
  package static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Runs a command and waits for it.
  /// - Parameters:
  ///   - name: a command built with the tests, or the path of any other.
  ///   - folder: its working folder; nil: this process's.
  ///   - variables: added to this process's environment.
  ///   - launcher: a command that becomes this one; the command line is appended to it.
  package static func run(
    _ name: String, _ arguments: [String], in folder: String? = nil,
    environment variables: [String: String] = [:], launcher: [String] = []
  ) throws -> Result {
    // Files rather than pipes, so that nothing must be read while the command runs.
    let (output, outputHandle) = try scratchFile()
    let (errors, errorsHandle) = try scratchFile()
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    let program = name.hasPrefix("/") ? name : Self.folder.appending(path: name).path
    let words = launcher + [program] + arguments
    let process = try ChildProcess(
      words[0], Array(words.dropFirst()), in: folder,
      environment: ProcessInfo.processInfo.environment.merging(variables) { $1 },
      output: outputHandle, errors: errorsHandle)
    return Result(
      status: process.waitUntilExit(),
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Copies a program. A process of its own writes the file: a child that another test is starting would have a copy of this
  /// process's descriptor, and a file that is open for writing cannot be executed.
  package static func install(_ program: String, as target: String) throws {
    let result = try run("/usr/bin/install", ["--mode=700", program, target])
    guard result.status == 0 else { throw Python.Failed(description: result.errors) }
  }

  /// The same as `run`, but returns the command's peak memory in bytes and discards its output.
  package static func measure(_ name: String, _ arguments: [String]) throws
    -> (errors: String, peakBytes: Int)
  {
    let script = """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let result = try run(
      "/usr/bin/python3", ["-c", script, folder.appending(path: name).path] + arguments)
    guard let peak = Int(result.output.filter(\.isNumber)) else {
      throw Python.Failed(description: result.errors)
    }
    return (result.errors, peak << 10)
  }

  private static func scratchFile() throws -> (URL, FileHandle) {
    let file = FileManager.default.temporaryDirectory.appending(component: UUID().uuidString)
    try Data().write(to: file)
    return (file, try FileHandle(forWritingTo: file))
  }
}
