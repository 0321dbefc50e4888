import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Settings

/// These tests cover whatever path keys the table has or gets.
@Suite struct `Paths that must lie apart` {
  static let others = Settings.sections.flatMap(\.keys)
    .filter { $0.pathUse != nil && $0.name != "hn_inbox" }

  /// misfired@models would keep its files where misfired.service keeps its models.
  @Test(arguments: ["inbox", "mined", "quarantine", "models"])
  func `a second service's folder is none of the first one's`(name: String) throws {
    try withTemporaryFolder { folder in
      let conf = folder.appending("\(name).json")
      let text = """
        { "window_dim": [96, 32], "features_path": "state/\(name)/features.hdf5", \
        "classifier_path": "state/\(name)/model.hdf5", "hn_inbox": "state/\(name)/inbox", \
        "hn_mined": "state/\(name)/mined", "hn_quarantine": "state/\(name)/quarantine" }
        """
      try Data(text.utf8).write(to: URL(filePath: conf.string))
      // Without the first service, the name is as good as any other.
      _ = try Settings.load(conf)
      try Data(text.utf8).write(to: URL(filePath: folder.appending("misfire.json").string))
      let error = #expect(throws: SettingsError.self) { try Settings.load(conf) }
      #expect(error?.description.contains("misfired@\(name) would store its files in") == true)
      _ = try Settings.load(folder.appending("misfire.json"))
    }
  }

  @Test(arguments: others.map(\.name))
  func `the inbox is no other path, nor does it hold one`(key: String) throws {
    try withTemporaryFolder { folder in
      try makeFolder(folder.appending("pictures"))
      try link(folder.appending("link"), to: "pictures")
      try link(folder.appending("dangling"), to: "missing")
      for (inbox, other) in [
        ("pictures", "pictures"), ("link", "pictures"), ("pictures", "link"),
        ("missing", "dangling"), ("pictures", "pictures/of/cars"), ("link", "pictures/of/cars"),
        ("pictures", "link/cars"), ("missing", "dangling/cars"), ("x/../pictures", "pictures"),
      ] {
        let refusal = refusal(["hn_inbox": inbox, key: other], in: folder)
        expect(refusal, names: "hn_inbox", key, "hn_inbox is \(inbox), \(key) is \(other)")
      }
    }
  }

  @Test(arguments: others.filter { $0.pathUse != .sharedFolder }.map(\.name))
  func `the inbox is in no other path`(key: String) throws {
    try withTemporaryFolder { folder in
      try makeFolder(folder.appending("pictures/new"))
      try link(folder.appending("link"), to: "pictures/new")
      for inbox in ["pictures/new", "pictures/not/yet", "link", "link/deeper"] {
        let refusal = refusal(["hn_inbox": inbox, key: "pictures"], in: folder)
        expect(refusal, names: "hn_inbox", key, "hn_inbox is \(inbox)")
      }
    }
  }

  @Test(arguments: ["hn_mined", "hn_quarantine"], others.map(\.name))
  func `what pictures are moved into holds no other path`(key: String, other: String) throws {
    guard !["hn_mined", "hn_quarantine"].contains(other) else { return }
    try withTemporaryFolder { folder in
      for path in ["pictures", "pictures/of/cars"] {
        let refusal = refusal([key: "pictures", other: path], in: folder)
        expect(refusal, names: key, other, "\(other) is \(path)")
      }
    }
  }

  @Test(arguments: [".", "..", "conf", "link"])
  func `no picture is moved out of or into the settings file's folder`(path: String) throws {
    try withTemporaryFolder { parent in
      let folder = parent.appending("conf")
      try makeFolder(folder)
      try link(folder.appending("link"), to: "../conf")
      for key in ["hn_inbox", "hn_mined", "hn_quarantine"] {
        let path = path == "conf" ? folder.string : path
        let refusal = refusal([key: path], in: folder)
        #expect(refusal?.contains("the settings file's folder") == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\"\(key)\"") == true, "\(refusal ?? "taken")")
      }
    }
  }

  @Test func `nothing is written over the settings file`() throws {
    try withTemporaryFolder { folder in
      try link(folder.appending("link"), to: "cars.json")
      try Data().write(to: URL(filePath: folder.appending("cars.json").string))
      for key in ["classifier_path", "report_path", "state_path"] {
        let refusal = refusal([key: "link"], in: folder)
        #expect(
          refusal?.contains("the settings file, \(folder)/cars.json, and \"\(key)\"") == true,
          "\(refusal ?? "taken")")
      }
    }
  }

  @Test func `says what lies where, and why that is wrong`() throws {
    try withTemporaryFolder { folder in
      try makeFolder(folder.appending("cars"))
      try link(folder.appending("in"), to: "cars")
      #expect(
        refusal(["hn_inbox": "in", "image_dataset": "cars"], in: folder)
          == """
          \(folder)/cars.json:1:100: "image_dataset", \(folder)/cars, and "hn_inbox", \(folder)/in, are the same folder \
          or file; they must be different
          """)
      #expect(
        refusal(["hn_inbox": "in/new", "image_dataset": "cars"], in: folder)
          == """
          \(folder)/cars.json:1:100: "hn_inbox", \(folder)/in/new (a link to \(folder)/cars/new), is inside \
          "image_dataset", \(folder)/cars; pictures are moved out of "hn_inbox", so they must be separate
          """)
    }
  }

  @Test(arguments: [
    ("cars", "cars"), ("cars", "link"), ("cars/images", "cars"), ("link/images", "cars"),
    ("all", "all/cars"), ("cars", "./cars/"),
  ])
  func `pictures of the object are none without it`(objects: String, scenes: String) throws {
    try withTemporaryFolder { folder in
      try makeFolder(folder.appending("cars/images"))
      try link(folder.appending("link"), to: "cars")
      for more in [
        objects == "all" ? [:] : ["image_annotations": "cars/boxes"], [String: String](),
      ] {
        let keys = ["image_dataset": objects, "image_distractions": scenes].merging(more) { $1 }
        let refusal = refusal(keys, in: folder)
        expect(refusal, names: "image_dataset", "image_distractions", "\(keys)")
        #expect(refusal?.contains("\"object_clearance\"") == true, "\(refusal ?? "taken")")
      }
    }
  }

  /// Layouts that have always worked.
  @Test(arguments: [
    [:],
    ["image_dataset": "cars", "image_annotations": "cars"],
    [
      "image_dataset": "cars", "image_annotations": "cars/boxes", "image_distractions": "cars/none",
    ],
    ["hn_quarantine": "mined/refused"],
    [
      "log_path": ".", "models_path": "models", "features_path": "f.hdf5",
      "classifier_path": "m.hdf5",
    ],
    ["image_dataset": "cars", "features_path": "cars/features.hdf5", "report_path": "cars/r.html"],
    ["image_dataset": "../cars", "hn_inbox": "../inbox", "hn_mined": "../mined", "log_path": ".."],
  ])
  func `takes what lies apart`(keys: [String: String]) throws {
    try withTemporaryFolder { parent in
      let folder = parent.appending("conf")
      try makeFolder(folder)
      #expect(refusal(keys, in: folder) == nil)
    }
  }

  @Test func `looks again where a link leads that has changed since`() throws {
    try withTemporaryFolder { folder in
      try makeFolder(folder.appending("cars"))
      try makeFolder(folder.appending("real"))
      try link(folder.appending("inbox"), to: "real")
      let settings = try Settings.parse(text(["image_dataset": "cars"]), path: conf(in: folder))
      try settings.pathCheck.check()
      try FileManager.default.removeItem(atPath: folder.appending("inbox").string)
      try link(folder.appending("inbox"), to: "cars")
      let refusal = #expect(throws: SettingsError.self) { try settings.pathCheck.check() }
      expect(refusal?.description, names: "hn_inbox", "image_dataset", "")
    }
  }

  /// A mount gives a folder a second path without a link; only root can create one.
  @Test(.enabled(if: SmallDisk.isPossible))
  func `knows a folder that is mounted in two places`() throws {
    try withTemporaryFolder { folder in
      for name in ["cars", "inbox"] { try makeFolder(folder.appending(name)) }
      _ = try Command.run(
        "/usr/bin/mount",
        ["--bind", folder.appending("cars").string, folder.appending("inbox").string])
      defer { try? SmallDisk.unmount(folder.appending("inbox")) }
      for inbox in ["inbox", "inbox/new"] {
        let refusal = refusal(["hn_inbox": inbox, "image_dataset": "cars"], in: folder)
        expect(refusal, names: "hn_inbox", "image_dataset", inbox)
      }
    }
  }

  // MARK: -

  private func expect(_ refusal: String?, names first: String, _ second: String, _ what: String) {
    #expect(refusal?.contains("\"\(first)\"") == true, "\(what): \(refusal ?? "taken")")
    #expect(refusal?.contains("\"\(second)\"") == true, "\(what): \(refusal ?? "taken")")
  }

  private func refusal(_ keys: [String: String], in folder: FilePath) -> String? {
    do throws(SettingsError) {
      _ = try Settings.parse(text(keys), path: conf(in: folder))
      return nil
    } catch {
      return error.description
    }
  }

  private func conf(in folder: FilePath) -> FilePath { folder.appending("cars.json") }

  private func text(_ keys: [String: String]) -> [UInt8] {
    let least = ["features_path": "out/features.hdf5", "classifier_path": "out/model.hdf5"]
    let paths = least.merging(keys) { $1 }.sorted { $0.key < $1.key }
      .map { ", \"\($0.key)\": \"\($0.value)\"" }
    return Array("{\"window_dim\": [96,32]\(paths.joined())}".utf8)
  }

  private func makeFolder(_ folder: FilePath) throws {
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
  }

  private func link(_ path: FilePath, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path.string, withDestinationPath: target)
  }
}
