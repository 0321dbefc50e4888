package import Foundation

/// Tests that take too long for every run: `make soak`.
package enum Soak {
  package static let isRunning = ProcessInfo.processInfo.environment["MISFIRE_SOAK"] != nil

  /// A command's path: the release build, which `make soak` has built, or in an ordinary run the one built with the
  /// tests.
  package static func executable(_ name: String) -> URL {
    let folder = isRunning ? Python.packageFolder.appending(path: ".build/release") : Command.folder
    return folder.appending(path: name)
  }

  /// Prints a measurement; does nothing in an ordinary run.
  package static func report(_ line: String) {
    if isRunning { print("soak: \(line)") }
  }
}
