import Foundation
import SystemPackage
import TestSupport
import Testing

/// Which settings file is used if no option names one.
@Suite struct `The settings file` {
  @Test func `is found by MISFIRE_CONF, then in the working folder`() throws {
    try withSite { site in
      let named = "\(site.folder)/other/named.json"
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/other", withIntermediateDirectories: true)
      // Each file has its own mistake, so the error shows which one was read.
      for name in ["misfire.json", "cars.json", "other/named.json"] {
        try site.write("{ \"\(name)\": 1 }".utf8, to: name)
      }
      func read(_ variables: [String: String] = [:], _ arguments: String...) throws -> String {
        let result = try site.run("status", arguments, variables: variables)
        #expect(result.status == 78)
        return try String(#require(result.errors.firstMatch(of: /no setting "(.*?)"/)).1)
      }
      #expect(try read() == "misfire.json")
      #expect(try read(["MISFIRE_CONF": named]) == "other/named.json")
      #expect(try read(["MISFIRE_CONF": named], "--conf", "cars.json") == "cars.json")
      try FileManager.default.removeItem(atPath: "\(site.folder)/misfire.json")
      #expect(try read() == "cars.json")
      guard geteuid() == 0 else { return }
      // A file that another user put there is not trusted.
      _ = try Command.run("/usr/bin/chown", ["65534", "\(site.folder)/cars.json"])
      let passed = try site.run("status")
      #expect(
        passed.errors.contains("ignoring cars.json, which belongs to another user"),
        "\(passed.errors)")
      #expect(!passed.errors.contains("no setting"), "\(passed.errors)")
    }
  }

  @Test func `of the course's layout is understood, and told`() throws {
    try withSite { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/conf", withIntermediateDirectories: true)
      try FileManager.default.moveItem(
        atPath: site.conf.string, toPath: "\(site.folder)/conf/cars.json")
      let conf = ["--conf", "conf/cars.json"]
      // The pictures and what was learnt are in the working folder, and nothing is beside the settings file.
      let status = try site.run("status", conf)
      #expect(status.status == 0 && status.output.contains("generation 1"), "\(status.errors)")
      #expect(
        status.errors.contains(
          "start at the working folder for image_dataset, image_annotations, image_distractions, features_path, "
            + "classifier_path"), "\(status.errors)")
      // New output files are written there too.
      try FileManager.default.removeItem(atPath: "\(site.folder)/output")
      #expect(try site.run("extract", conf).status == 0)
      #expect(try site.run("train", conf).status == 0)
      #expect(try site.names(in: "output").contains("model.hdf5"))
      #expect(try site.names(in: "conf") == ["cars.json"])
      // From elsewhere, the same file's paths start at its own folder.
      let elsewhere = try Command.run(
        "misfire", ["extract", "--conf", "\(site.folder)/conf/cars.json"], in: "/")
      #expect(elsewhere.status == 1 && elsewhere.errors.contains("\(site.folder)/conf/cars/images"))
      // Files beside the settings file take precedence.
      try FileManager.default.moveItem(
        atPath: "\(site.folder)/scenes", toPath: "\(site.folder)/conf/scenes")
      let both = try site.run("status", conf)
      #expect(!both.errors.contains("image_distractions"), "\(both.errors)")
    }
  }

  @Test func `may not lead folders of the working folder where they must lie apart`() throws {
    try withSite { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/conf", withIntermediateDirectories: true)
      let text = try String(contentsOfFile: site.conf.string, encoding: .utf8)
        .replacingOccurrences(of: "{\n", with: "{\n  \"hn_inbox\": \"scenes\",\n")
      try site.write(text.utf8, to: "conf/cars.json")
      let refused = try site.run("status", ["--conf", "conf/cars.json"])
      #expect(refused.status == 78, "\(refused.errors)")
      #expect(
        refused.errors.contains(
          "\"image_distractions\" and \"hn_inbox\" are both \(site.folder)/scenes"),
        "\(refused.errors)")
    }
  }
}

extension Site {
  /// Runs a command in the folder, without naming the settings file.
  func run(
    _ command: String, _ arguments: [String] = [], answers: String = "",
    variables: [String: String] = [:]
  ) throws -> Command.Result {
    let script = "printf '%s' \"$ANSWERS\" | exec \"$0\" \"$@\""
    let environment = variables.merging(["ANSWERS": answers]) { $1 }
    let assignments = environment.map { "\($0.key)=\($0.value)" }
    return try Command.run(
      "/usr/bin/env",
      ["--unset=MISFIRE_CONF"] + assignments + [
        "/bin/bash", "-o", "pipefail", "-c", script,
        Command.folder.appending(path: "misfire").path, command,
      ] + arguments, in: folder.string)
  }
}
