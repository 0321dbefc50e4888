package import SystemPackage

extension Setup {
  /// Reads a settings file.
  ///
  /// Keys that only some commands need may be missing; `Needed.get` throws if one does.
  /// - Throws: an error that names the line and the key, and gives the correction.
  package static func load(_ path: FilePath) throws(SettingsError) -> Setup {
    try Settings.load(path).setup
  }

  /// Reads the bytes of a settings file stored at `path`.
  package static func parse(_ bytes: [UInt8], path: FilePath) throws(SettingsError) -> Setup {
    try Settings.parse(bytes, path: path).setup
  }

  /// Reads a settings file for a task of a cluster, which has no more threads than its scheduler gives it.
  package static func load(
    _ path: FilePath, forTaskIn environment: [String: String]
  ) throws(SettingsError) -> Setup {
    try Settings.load(path).forTask(environment: environment).setup
  }

  /// The same, with another model in place of the live one, for read-only use.
  package func with(model: FilePath) -> Setup {
    var setup = self
    setup.files.liveModel = model
    return setup
  }
}
