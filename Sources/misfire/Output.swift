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
  guard flushStandardOutput() || !isOutputRead() else { throw OutputLost() }
}

/// Results did not reach standard output.
private struct OutputLost: Error, CustomStringConvertible {
  let description =
    "the output is not complete, because standard output could not be written: see whether its disk is full, and run this again"
}

/// Writes a message for the person at the terminal, not a result.
func note(_ text: String) {
  writeToStandardError(text.printable(keepingLines: true) + "\n")
}

/// Prints a line with names in it: unchanged for a program that reads it, and escaped for a terminal.
func printNames(_ line: String) {
  print(isatty(STDOUT_FILENO) == 1 ? line.printable : line)
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
