import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite struct `Reference of settings` {
  /// Both files are generated from the keys' descriptions; `MISFIRE_WRITE_REFERENCE=1 swift test` regenerates them.
  @Test(arguments: [
    ("docs/settings.md", SettingsReference.markdown),
    ("conf/misfire.json", SettingsReference.example),
  ])
  func `is what the keys say`(file: String, text: String) throws {
    let url = Python.packageFolder.appending(path: file)
    if ProcessInfo.processInfo.environment["MISFIRE_WRITE_REFERENCE"] != nil {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    let isCurrent = try String(contentsOf: url, encoding: .utf8) == text
    #expect(
      isCurrent,
      "\(file) is out of date: MISFIRE_WRITE_REFERENCE=1 scripts/run-tests --filter SettingsTests")
  }

  @Test func `has an example that is valid, complete and nothing but defaults`() throws {
    let example = try Settings.parse(
      Array(SettingsReference.example.utf8), path: "/var/lib/misfire/misfire.json")
    let least = try Settings.parse(
      Array(
        """
        { "features_path": "features.hdf5", "classifier_path": "model.hdf5", "window_dim": [96, 32],
          "image_dataset": "cars/images", "image_annotations": "cars/annotations",
          "image_distractions": "scenes" }
        """.utf8), path: "/var/lib/misfire/misfire.json")
    #expect(example == least)
    for key in Settings.sections.flatMap(\.keys) {
      #expect(SettingsReference.example.contains(" \"\(key.name)\": "))
    }
  }
}
