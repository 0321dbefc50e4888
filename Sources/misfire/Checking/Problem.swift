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

  /// - Parameter error: usually says itself what it concerns.
  init(_ error: any Error, at path: FilePath) {
    let text = "\(error)"
    let place = "\(path): "
    self.init(path, text.hasPrefix(place) ? String(text.dropFirst(place.count)) : text)
  }

  var description: String {
    let place = ([path] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":")
    let name = key.map { line == nil ? "\"\($0)\": " : "" } ?? ""
    return "\(place): \(severity == .warning ? "warning: " : "")\(name)\(message)"
  }
}
