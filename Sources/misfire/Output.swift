internal import Detection
internal import Foundation
internal import SystemPackage
internal import Text

/// Prints one JSON value on a line of its own, its keys in snake_case.
func printJSON(_ value: some Encodable) throws {
  print(try jsonLine(value))
}

/// Tells the person at the terminal something that is no result.
func note(_ text: String) {
  writeToStandardError(text.printable(keepingLines: true) + "\n")
}

/// Prints a path: as it is for a program that reads it, and so that it steers no terminal for a person.
func printPath(_ path: FilePath) {
  print(isatty(STDOUT_FILENO) == 1 ? "\(path)".printable : "\(path)")
}

func writeToStandardError(_ text: String) {
  FileHandle.standardError.write(Data(text.utf8))
}

/// Whether somebody may still read what is printed: a pipe whose reader is gone would only tell who writes to it.
/// - Parameter milliseconds: waited for that, while somebody may.
func isOutputRead(for milliseconds: Int32 = 0) -> Bool {
  var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
  return unsafe poll(&output, 1, milliseconds) <= 0
}

extension Box {
  /// [x0, y0, x1, y1], as results show a box.
  var corners: [Int] { [x0, y0, x1, y1] }
}
