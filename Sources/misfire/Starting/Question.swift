internal import ArgumentParser
internal import Detection
internal import Foundation
internal import Text

/// A question to the person at the terminal, or to a file instead.
struct Question {
  private let text: String
  private let option: String
  private let standard: String?

  /// - Parameters:
  ///   - option: the option that answers it.
  ///   - standard: the default answer.
  init(_ text: String, option: String, standard: String? = nil) {
    self.text = text
    self.option = option
    self.standard = standard
  }

  /// Asks on standard error, and reads a line of standard input.
  /// - Throws: if there is no answer, and no default.
  func answer() throws -> String {
    writeToStandardError("\(text)\(standard.map { " [\($0)]" } ?? ""): ".printable)
    let line = readLine()?.trimmingCharacters(in: .whitespaces) ?? ""
    if isatty(STDIN_FILENO) == 0 { writeToStandardError("\(line)\n".printable(keepingLines: true)) }
    if !line.isEmpty { return withHome(line) }
    guard let standard else { throw ValidationError("no answer was given; use \(option)") }
    return standard
  }

  /// No shell has expanded ~.
  private func withHome(_ line: String) -> String {
    guard line == "~" || line.hasPrefix("~/") else { return line }
    return FileManager.default.homeDirectoryForCurrentUser.path + line.dropFirst()
  }
}
