package import SystemPackage

/// Why a settings file was refused.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The exit status of a process that it ends: `EX_CONFIG` of sysexits(3).
  package static let exitStatus: Int32 = 78

  package let path: FilePath
  /// The position in the file, from 1; nil if there is none.
  package let line, column: Int?
  /// The key concerned; nil if there is none.
  package let key: String?
  /// The problem, and the correction.
  package let message: String

  init(path: FilePath, position: TextPosition? = nil, key: String? = nil, message: String) {
    self.path = path
    line = position?.line
    column = position?.column
    self.key = key
    self.message = message
  }

  /// `FILE:LINE:COLUMN: message`, the format that editors can jump to.
  package var description: String {
    let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
    return "\(path)\(place): \(message)"
  }
}
