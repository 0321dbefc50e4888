import Foundation

/// Chromium with its driver, which Ubuntu has as a snap only.
package enum Browser {
  package static let isHere = ["chromium", "chromedriver"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }
}
