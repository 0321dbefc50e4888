package import SystemPackage

extension Settings {
  /// The same, with another model in the place of the live one, for what only looks.
  package func with(model: FilePath) -> Settings {
    var settings = self
    settings.classifierPath = model
    return settings
  }
}
