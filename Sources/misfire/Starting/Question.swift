internal import ArgumentParser
internal import Detection
internal import Foundation
internal import Text

/// Something that a person at the terminal, or a file in his place, is asked.
struct Question {
  private let text: String
  private let option: String
  private let standard: String?

  /// - Parameters:
  ///   - option: which option says it, too.
  ///   - standard: what holds where nothing is answered.
  init(_ text: String, option: String, standard: String? = nil) {
    self.text = text
    self.option = option
    self.standard = standard
  }

  /// Asks on standard error, and reads a line of standard input.
  /// - Throws: where there is no answer, and nothing holds without one.
  func answer() throws -> String {
    writeToStandardError("\(text)\(standard.map { " [\($0)]" } ?? ""): ".printable)
    let line = readLine()?.trimmingCharacters(in: .whitespaces) ?? ""
    if isatty(STDIN_FILENO) == 0 { writeToStandardError("\(line)\n".printable(keepingLines: true)) }
    if !line.isEmpty { return withHome(line) }
    guard let standard else { throw ValidationError("no answer was given; use \(option)") }
    return standard
  }

  /// No shell has written out what ~ stands for.
  private func withHome(_ line: String) -> String {
    guard line == "~" || line.hasPrefix("~/") else { return line }
    return FileManager.default.homeDirectoryForCurrentUser.path + line.dropFirst()
  }
}
