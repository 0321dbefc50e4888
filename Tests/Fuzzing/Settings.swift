internal import Detection
internal import Settings
internal import SystemPackage

/// Reads a settings file: it is refused, or gives settings from which everything else can be derived.
func readSettings(_ bytes: [UInt8]) {
  do {
    let setup = try Setup.parse(bytes, path: "/etc/misfire/misfire.json")
    _ = setup.hog.featureCount
    _ = setup.reader.maximumPixels
  } catch {
    _ = error.description
  }
}
