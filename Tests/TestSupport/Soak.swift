package import Foundation

/// What takes too long for every run of the tests: `make soak`.
package enum Soak {
  package static let isRunning = ProcessInfo.processInfo.environment["MISFIRE_SOAK"] != nil

  /// A command as it is built to be used, which `make soak` has seen to; as built with the tests in an ordinary run.
  package static func executable(_ name: String) -> URL {
    let folder = isRunning ? Python.packageFolder.appending(path: ".build/release") : Command.folder
    return folder.appending(path: name)
  }

  /// Says what was measured; nothing in an ordinary run.
  package static func report(_ line: String) {
    if isRunning { print("soak: \(line)") }
  }
}
