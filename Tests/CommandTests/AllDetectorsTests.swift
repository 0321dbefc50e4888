import Foundation
import SystemPackage
import TestSupport
import Testing

/// `misfire status --all`, for people who run more than one detector.
@Suite struct `The status of all detectors` {
  @Test func `has a block for each settings file of the folder`() throws {
    try withSite { site in
      try copySettings(site, to: "second.json")
      let told = try site.misfire("status", ["--all"])
      #expect(told.status == 0, "\(told.errors)")
      for name in [site.conf.lastComponent!.string, "second.json"] {
        #expect(told.output.contains("\(site.folder)/\(name)\n"), "\(told.output)")
      }
      #expect(told.output.matches(of: #/(?m)^live model      generation 1$/#).count == 2)
    }
  }

  @Test func `ends with 1 where one cannot be read, and shows the others`() throws {
    try withSite { site in
      try site.write("{".utf8, to: "broken.json")
      try copySettings(site, to: "second.json")
      let told = try site.misfire("status", ["--all"])
      #expect(told.status == 1)
      #expect(told.output.contains("\(site.folder)/broken.json\ncannot be read  "))
      #expect(told.output.matches(of: #/(?m)^live model /#).count == 2, "\(told.output)")
    }
  }

  @Test func `has a line of JSON for each`() throws {
    try withSite { site in
      try site.write("{".utf8, to: "broken.json")
      let told = try site.misfire("status", ["--all", "--json"])
      #expect(told.status == 1)
      let lines = try told.output.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(lines.compactMap { $0["settings"] as? String }.count == 2)
      #expect((lines[0]["error"] as? String)?.contains("broken.json:1:") == true)
      #expect((lines[1]["status"] as? [String: Any])?["generation"] as? Int == 1)
    }
  }

  @Test func `says where there is none`() throws {
    try withTemporaryFolder { folder in
      let told = try Command.run("misfire", ["status", "--all", "--conf", "\(folder)/cars.json"])
      #expect(told.status == 1)
      #expect(told.errors.contains("no settings file, NAME.json, in \(folder)"))
      let nowhere = try Command.run(
        "misfire", ["status", "--all", "--conf", "\(folder)/none/cars.json"])
      #expect(nowhere.status == 1)
      #expect(
        nowhere.errors
          == "Error: cannot read the folder \(folder)/none: No such file or directory; check that it exists and is readable\n"
      )
    }
  }

  private func copySettings(_ site: Site, to name: String) throws {
    try FileManager.default.copyItem(
      atPath: site.conf.string, toPath: site.folder.appending(name).string)
  }
}
