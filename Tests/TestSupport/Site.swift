import Foundation
package import SystemPackage
import World

/// A folder with a trained detector, an inbox and pictures to drop into it.
package struct Site: Sendable {
  package let folder: FilePath
  package let conf: FilePath
  /// The folder of the pictures to drop, and the pictures' names.
  package let drops: FilePath
  package let pictures: [String]

  package var inbox: FilePath { folder.appending("inbox") }
  package var model: FilePath { folder.appending(["output", "model.hdf5"]) }

  /// Drawn and trained once; each test works on a copy.
  private static let drawn = Result {
    try template("drawn-site") { folder in
      try DrawnDataset(in: folder, cars: 24, scenes: 20, drops: 30).settings
    }
  }

  /// The real pictures, linked, with the lesson's unchanged settings.
  private static let real = Result {
    try template("real-site") { folder in
      let pictures = RealPictures.folder!
      let conf = folder.appending("cars.json")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: true)
      try Data(contentsOf: pictures.appending(path: "cars.json"))
        .write(to: URL(filePath: conf.string))
      for name in ["scenes", "car_side"] {
        try FileManager.default.createSymbolicLink(
          atPath: folder.appending(name).string,
          withDestinationPath: pictures.appending(path: name).resolvingSymlinksInPath().path)
      }
      return conf
    }
  }

  private static func template(_ name: String, make: (FilePath) throws -> FilePath) throws
    -> FilePath
  {
    // In the build folder, and recreated in each run, because what an earlier run left is not trusted.
    let folder = FilePath(Command.folder.appending(component: name).path)
    if FileManager.default.fileExists(atPath: folder.string) {
      try FileManager.default.removeItem(atPath: folder.string)
    }
    let conf = try make(folder)
    for command in ["extract", "train"] {
      let result = try Command.run("misfire", [command, "--conf", conf.string])
      guard result.status == 0 else { throw NotTrained(description: result.errors) }
    }
    return conf
  }

  package struct NotTrained: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameters:
  ///   - folder: is created.
  ///   - isReal: whether to use the real pictures, which must be present, instead of drawn ones.
  ///   - settings: keys to set, with their values as JSON.
  package init(_ folder: FilePath, isReal: Bool = false, settings: [String: String] = [:]) throws {
    self.folder = folder
    let template = try (isReal ? Self.real : Self.drawn).get()
    try FileManager.default.copyItem(
      atPath: template.removingLastComponent().string, toPath: folder.string)
    conf = folder.appending(template.lastComponent!)
    drops = folder.appending(isReal ? "scenes" : "drops")
    pictures = try FileManager.default.contentsOfDirectory(atPath: drops.string).sorted()
    try change(settings)
    try FileManager.default.createDirectory(
      atPath: inbox.string, withIntermediateDirectories: true)
  }

  /// A copy of another site in its current state.
  package init(_ folder: FilePath, copying other: Site) throws {
    self.folder = folder
    try FileManager.default.copyItem(atPath: other.folder.string, toPath: folder.string)
    conf = folder.appending(other.conf.lastComponent!)
    drops = folder.appending(other.drops.lastComponent!)
    pictures = other.pictures
  }

  /// Sets keys of the settings file.
  package func change(_ settings: [String: String]) throws {
    var text = try String(contentsOfFile: conf.string, encoding: .utf8)
    for (key, value) in settings {
      let known = try Regex("\"\(key)\": (\\[[^\\]]*\\]|[^,\n]+)")
      if text.contains(known) {
        text.replace(known, with: "\"\(key)\": \(value)")
      } else {
        text.replace("{\n", with: "{\n  \"\(key)\": \(value),\n", maxReplacements: 1)
      }
    }
    try text.write(toFile: conf.string, atomically: true, encoding: .utf8)
  }

  /// Copies a picture into the inbox, as `cp` does.
  package func copy(_ picture: String, as name: String? = nil) throws {
    let bytes = try Data(contentsOf: URL(filePath: drops.appending(picture).string))
    try bytes.write(to: URL(filePath: inbox.appending(name ?? picture).string))
  }

  /// Moves a copy of a picture into the inbox, as `mv` does; the original stays.
  package func move(_ picture: String) throws {
    let copied = folder.appending(picture)
    try Data(contentsOf: URL(filePath: drops.appending(picture).string))
      .write(to: URL(filePath: copied.string))
    try FileManager.default.moveItem(
      atPath: copied.string, toPath: inbox.appending(picture).string)
  }

  /// Gives everything here to the user nobody, which only root can do.
  package func giveToNobody() throws {
    let result = try Command.run("/usr/bin/chown", ["-R", "65534", folder.string])
    guard result.status == 0 else { throw NotTrained(description: result.errors) }
  }

  /// Writes a file with these bytes into the site's folder.
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try Data(bytes).write(to: URL(filePath: folder.appending(name).string))
  }

  package func names(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(name).string).sorted()
  }

  /// Removes the ledger and the generations' models, as if nothing had been trained; the live model stays.
  package func forgetGenerations() throws {
    for name in try names(in: "output") where name == "models" || name.hasPrefix("state.sqlite") {
      try FileManager.default.removeItem(atPath: "\(folder)/output/\(name)")
    }
  }

  /// Runs `misfire COMMAND --conf CONF ARGUMENTS` in the site's folder.
  /// - Parameters:
  ///   - variables: added to this process's environment.
  ///   - launcher: a command that becomes `misfire`; its command line is appended to it.
  package func misfire(
    _ command: String, _ arguments: [String] = [], environment variables: [String: String] = [:],
    launcher: [String] = []
  ) throws -> Command.Result {
    try Command.run(
      "misfire", [command, "--conf", conf.string] + arguments, in: folder.string,
      environment: variables, launcher: launcher)
  }

  /// Runs `misfire COMMAND --conf CONF ARGUMENTS` and kills it once it has done a step.
  /// - Returns: its exit status: the negative number of the signal if it reached the step.
  package func kill(_ command: String, _ arguments: [String] = [], after step: String) throws
    -> Int32
  {
    try misfire(command, arguments, environment: ["MISFIRE_FAULT_POINT": step]).status
  }

  /// Runs `misfire WORDS --conf CONF`, which must succeed.
  package func succeed(_ words: String...) throws { try succeed(words) }

  /// The same.
  package func succeed(_ words: [String]) throws {
    let result = try Command.run("misfire", words + ["--conf", conf.string])
    guard result.status == 0 else { throw NotTrained(description: result.errors) }
  }

  /// The status that `misfire status` prints.
  package func status() throws -> Status {
    try Status(json: misfire("status", ["--json"]).output)
  }

  /// The number of hard negatives in the HDF5 file, as Python reads them.
  package func sealedRowCount() throws -> Int? {
    let printed = try Python.run(
      "import h5py, sys; print(len(h5py.File(sys.argv[1], 'r')['hard_negatives']))",
      [folder.appending(["output", "features.hdf5"]).string])
    return Int(printed.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  package struct Status: Decodable {
    package struct Images: Decodable { package let mined, heldOut, quarantined, waiting: Int }
    package struct HardNegatives: Decodable {
      package let total, sealed, unsealed, sinceTraining: Int
    }
    package struct MissedEvents: Decodable { package let overflows, rescans, foundByRescan: Int }
    package let images: Images
    package let missedEvents: MissedEvents
    package let hardNegatives: HardNegatives
    package let generation: Int?

    /// - Parameter json: the output of `misfire status --json`.
    package init(json: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Self.self, from: Data(json.utf8))
    }
  }
}

/// Runs `body` with a site of its own.
package func withSite(
  isReal: Bool = false, _ settings: [String: String] = [:], _ body: (Site) async throws -> Void
) async throws {
  try await withTemporaryFolder {
    try await body(Site($0.appending("site"), isReal: isReal, settings: settings))
  }
}

/// The synchronous form.
package func withSite(
  isReal: Bool = false, _ settings: [String: String] = [:], _ body: (Site) throws -> Void
) throws {
  try withTemporaryFolder {
    try body(Site($0.appending("site"), isReal: isReal, settings: settings))
  }
}
