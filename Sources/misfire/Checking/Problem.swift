internal import Files
internal import Settings
internal import SystemPackage

/// A problem that `misfire check` found.
struct Problem: Encodable, CustomStringConvertible {
  enum Severity: String, Encodable {
    /// It keeps the service from working.
    case error
    case warning
  }

  let severity: Severity
  /// The file or folder concerned.
  let path: String
  /// The position in the settings file, counted from 1; nil if there is none.
  var line, column: Int?
  /// The key of the settings that names it, if one does.
  var key: String?
  /// The problem, and what to do.
  let message: String

  init(_ path: FilePath, key: String? = nil, severity: Severity = .error, _ message: String) {
    self.severity = severity
    self.path = path.string
    self.key = key
    self.message = message
  }

  init(_ error: SettingsError) {
    self.init(error.path, key: error.key, error.message)
    (line, column) = (error.line, error.column)
  }

  /// - Parameters:
  ///   - error: usually says itself what it concerns.
  ///   - path: what it concerns otherwise.
  init(_ error: any Error, at path: FilePath) {
    if let error = error as? any FileError {
      self.init(error.path, error.problem)
    } else {
      self.init((error as? FolderUnreadable)?.folder ?? path, "\(error)")
    }
  }

  var description: String {
    let place = ([path] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    // A message about the settings themselves names the key.
    let name = key.map { "\"\($0)\"" } ?? ""
    let start = line != nil || message.hasPrefix(name) ? "" : "\(name): "
    return "\(place): \(severity == .warning ? "warning: " : "")\(start)\(message)"
  }
}
