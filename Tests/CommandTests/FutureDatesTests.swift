import Foundation
import SystemPackage
import TestSupport
import Testing

/// A camera's clock can be wrong by centuries. `ls` and Python handle such files like any others.
@Suite struct `Dates beyond 2262` {
  @Test(arguments: ["2400-01-01", "2262-04-11T23:47:17Z", "1700-01-01"])
  func `change nothing, wherever the pictures are`(date: String) throws {
    try withSite { site in
      let picture = site.pictures[0]
      try site.copy(picture)
      try redate(site.inbox.appending(picture), date)
      for folder in ["cars/images", "scenes"] {
        for name in try site.names(in: folder) {
          try redate(site.folder.appending(folder).appending(name), date)
        }
      }
      let status = try #require(try site.misfire("status", ["--json"]).objects().first)
      #expect((status["images"] as? [String: Any])?["waiting"] as? Int == 1)
      for command in ["extract", "train", "evaluate", "verify", "report"] {
        let result = try site.misfire(command, command == "train" ? ["--force"] : [])
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
    }
  }

  private func redate(_ path: FilePath, _ date: String) throws {
    let result = try Command.run("/usr/bin/touch", ["-d", date, path.string])
    #expect(result.status == 0, "\(result.errors)")
  }
}

/// A file system without a limit reports the largest numbers there are.
@Suite struct `A disk of countless bytes` {
  @Test(.enabled(if: SmallDisk.isPossible)) func `is written to like any other`() throws {
    try withSite(["features_path": #""endless/features.hdf5""#]) { site in
      let folder = site.folder.appending("endless")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: false)
      try SmallDisk.mount(over: folder, blocks: 1 << 61)
      defer { try? SmallDisk.unmount(folder) }
      let result = try site.misfire("extract")
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}
