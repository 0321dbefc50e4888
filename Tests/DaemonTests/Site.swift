import Foundation
import SystemPackage
import TestSupport
import World

/// A folder with a trained detector, an inbox and pictures to drop into it.
struct Site {
  let folder: FilePath
  var conf: FilePath { folder.appending("world.json") }
  var inbox: FilePath { folder.appending("inbox") }
  var model: FilePath { folder.appending(["output", "model.hdf5"]) }

  /// The names of the pictures to drop.
  let pictures: [String]

  /// Drawn and trained once; every test works on a copy.
  private static let template = Result {
    // In the build's folder, and made anew: whatever an earlier run left is not trusted.
    let folder = FilePath(Command.folder.appending(component: "daemon-site").path)
    if FileManager.default.fileExists(atPath: folder.string) {
      try FileManager.default.removeItem(atPath: folder.string)
    }
    let world = try DrawnDataset(in: folder, cars: 24, scenes: 20, drops: 30)
    for command in ["extract", "train"] {
      let result = try Command.run("misfire", [command, "--conf", world.settings.string])
      guard result.status == 0 else { throw NotTrained(description: result.errors) }
    }
    return folder
  }

  struct NotTrained: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - folder: is made.
  ///   - settings: keys to set, with their values as JSON.
  init(_ folder: FilePath, settings: [String: String] = [:]) throws {
    self.folder = folder
    try FileManager.default.copyItem(atPath: try Self.template.get().string, toPath: folder.string)
    pictures = try FileManager.default.contentsOfDirectory(
      atPath: folder.appending("drops").string
    ).sorted()
    try change(settings)
    try FileManager.default.createDirectory(
      atPath: inbox.string, withIntermediateDirectories: true)
  }

  /// Sets keys of the settings file.
  func change(_ settings: [String: String]) throws {
    var text = try String(contentsOfFile: conf.string, encoding: .utf8)
    for (key, value) in settings {
      let known = try Regex("\"\(key)\": [^,\n]+")
      if text.contains(known) {
        text.replace(known, with: "\"\(key)\": \(value)")
      } else {
        text.replace("{\n", with: "{\n  \"\(key)\": \(value),\n", maxReplacements: 1)
      }
    }
    try text.write(toFile: conf.string, atomically: true, encoding: .utf8)
  }

  /// Copies a picture into the inbox, as `cp` does.
  func copy(_ picture: String, as name: String? = nil) throws {
    let bytes = try Data(
      contentsOf: URL(filePath: folder.appending("drops").appending(picture).string))
    try bytes.write(to: URL(filePath: inbox.appending(name ?? picture).string))
  }

  /// Moves a picture into the inbox, as `mv` does.
  func move(_ picture: String) throws {
    try FileManager.default.moveItem(
      atPath: folder.appending("drops").appending(picture).string,
      toPath: inbox.appending(picture).string)
  }

  func names(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(name).string).sorted()
  }

  /// What `misfire status` says.
  func status() throws -> Status {
    let result = try Command.run("misfire", ["status", "--conf", conf.string, "--json"])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Status.self, from: Data(result.output.utf8))
  }

  struct Status: Decodable {
    struct Images: Decodable { let mined, quarantined, waiting: Int }
    struct HardNegatives: Decodable { let total, sealed, unsealed, sinceTraining: Int }
    let images: Images
    let hardNegatives: HardNegatives
    let generation: Int?
  }
}

/// Runs `body` with a site of its own.
func withSite(
  _ settings: [String: String] = [:], _ body: (Site) async throws -> Void
) async throws {
  try await withTemporaryFolder { try await body(Site($0.appending("site"), settings: settings)) }
}
