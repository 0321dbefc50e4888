internal import Detection
internal import Files
internal import Foundation
internal import SystemPackage
internal import Text

/// Prints one JSON value on a line of its own, its keys in snake_case.
func printJSON(_ value: some Encodable) throws {
  print(try jsonLine(value))
}

/// Writes what is still buffered of the output.
/// - Throws: `OutputLost` if that, or anything before, could not be written; not if nobody reads it any more.
func flushOutput() throws {
  do {
    try flushStandardOutput()
  } catch .brokenPipe {
    return
  } catch {
    throw OutputLost(reason: error)
  }
}

/// Results did not reach standard output.
private struct OutputLost: Error, CustomStringConvertible {
  let reason: Errno

  var description: String {
    "standard output cannot be written: \(reason); the output is not complete, so run it again once that is fixed"
  }
}

/// Writes a message for the person at the terminal, not a result.
func note(_ text: String) {
  writeToStandardError(text.printable(keepingLines: true) + "\n")
}

/// Prints lines with names in them: unchanged for a program that reads them, and escaped for a terminal.
func printNames(_ text: String) {
  print(isatty(STDOUT_FILENO) == 1 ? text.printable(keepingLines: true) : text)
}

func writeToStandardError(_ text: String) {
  FileHandle.standardError.write(Data(text.utf8))
}

/// Whether anybody may still read the output: a pipe whose reader is gone only signals that to its writer.
/// - Parameter milliseconds: how long to wait for that.
func isOutputRead(for milliseconds: Int32 = 0) -> Bool {
  var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
  return unsafe poll(&output, 1, milliseconds) <= 0
}

extension Box {
  /// [x0, y0, x1, y1], as results show a box.
  var corners: [Int] { [x0, y0, x1, y1] }
}
