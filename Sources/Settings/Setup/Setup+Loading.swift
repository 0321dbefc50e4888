package import SystemPackage

extension Setup {
  /// Reads a settings file.
  ///
  /// Keys that only some commands need can be missing; `Needed.get` then throws.
  /// - Throws: an error that names the line and the key and says how to correct it.
  package static func load(_ path: FilePath) throws(SettingsError) -> Setup {
    try Settings.load(path).setup
  }

  /// Parses the bytes of the settings file at `path`.
  package static func parse(_ bytes: [UInt8], path: FilePath) throws(SettingsError) -> Setup {
    try Settings.parse(bytes, path: path).setup
  }

  /// Reads a settings file for a cluster task, with no more threads than its scheduler allows.
  package static func load(
    _ path: FilePath, forTaskIn environment: [String: String]
  ) throws(SettingsError) -> Setup {
    try Settings.load(path).forTask(environment: environment).setup
  }
}
