internal import ArgumentParser
internal import Durable
internal import Foundation
internal import Settings

extension Misfire {
  /// Runs what the arguments ask for, and ends the process with a status of docs/operations.md.
  static func main() {
    let isRoots = geteuid() == 0
    FileLock.hearWaiting { wait in
      if case .begun(let held) = wait { note("misfire: \(held.whileWaiting)") }
    }
    do {
      if let mistake = unknownSubcommand(in: CommandLine.arguments.dropFirst()) { throw mistake }
      var command = try parseAsRoot()
      do {
        try command.run()
      } catch let status as ExitCode {
        // What it found, not a failure: its results count only if they arrive.
        try flushOutput()
        throw status
      }
      try flushOutput()
    } catch let error as SettingsError {
      note("Error: \(error)")
      Foundation.exit(SettingsError.exitStatus)
    } catch {
      if isRoots, geteuid() != 0, !(error is ExitCode) {
        note("misfire: root's command acted as \(userName(geteuid())), who owns the stored data")
      }
      let status = exitCode(for: error)
      if status.isSuccess || error is ExitCode { exit(withError: error) }
      note(fullMessage(for: error))
      Foundation.exit(status.rawValue)
    }
  }

  /// The message for an unknown subcommand; the parser would blame the options after it.
  private static func unknownSubcommand(in arguments: some Sequence<String>) -> ValidationError? {
    var command: any ParsableCommand.Type = Misfire.self
    for word in arguments {
      // The words after it are the subcommand that it explains.
      if word == "help" { continue }
      let known = command.configuration.subcommands
      guard !known.isEmpty, !word.hasPrefix("-") else { return nil }
      guard let next = known.first(where: { $0._commandName == word }) else {
        let names = known.map { $0._commandName }
        let advice =
          word.nearest(in: names).map { "did you mean '\($0)'?" }
          ?? "the subcommands are \(names.joined(separator: ", "))"
        return ValidationError("unknown subcommand '\(word)'; \(advice)")
      }
      command = next
    }
    return nil
  }
}
