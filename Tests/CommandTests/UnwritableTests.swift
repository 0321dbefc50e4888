import Foundation
import SystemPackage
import TestSupport
import Testing

/// A file that cannot be written is named with the system's reason and a remedy, whatever library writes it.
@Suite struct `What cannot be written` {
  /// What only a developer understands.
  private static let internals = ["errno", "o_flags", ".draft", "HDF5"]

  private func expect(
    _ result: Command.Result, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == 1, "\(result)", sourceLocation: sourceLocation)
    for word in words {
      #expect(result.errors.contains(word), "\(result)", sourceLocation: sourceLocation)
    }
    for word in Self.internals {
      #expect(!result.errors.contains(word), "\(result)", sourceLocation: sourceLocation)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can be another user"))
  func `by this user says whose it is`() throws {
    try withSite { site in
      try site.giveToNobody()
      let closed = "\(site.folder)/closed"
      try FileManager.default.createDirectory(
        atPath: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let remedy = "Permission denied; \(closed) belongs to root, not to nobody: `chown nobody: "
      for name in ["rows.hdf5", "model.txt"] {
        let format = name == "model.txt" ? ["--format", "text"] : []
        expect(
          try site.misfire("export", format + ["\(closed)/\(name)"]),
          "cannot write \(closed)/\(name): \(remedy)")
      }
      // The lock can be taken, because its file exists already.
      try site.change([
        "features_path": "\"closed/features.hdf5\"", "state_path": "\"output/state.sqlite\"",
      ])
      #expect(FileManager.default.createFile(atPath: "\(closed)/features.hdf5.lock", contents: nil))
      expect(
        try site.misfire("extract"), "cannot write \(closed)/features.hdf5: \(remedy)")
    }
  }

  @Test func `into a missing folder says so`() throws {
    try withSite { site in
      for name in ["rows.hdf5", "model.txt"] {
        let format = name == "model.txt" ? ["--format", "text"] : []
        expect(
          try site.misfire("export", format + ["missing/\(name)"]),
          "cannot write missing/\(name): there is no folder missing; make it, or correct the path")
      }
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible))
  func `on a full disk says so`() throws {
    try withSite { site in
      let small = site.folder.appending("small")
      try FileManager.default.createDirectory(
        atPath: small.string, withIntermediateDirectories: false)
      try SmallDisk.mount(over: small, bytes: 64 << 10)
      defer { try? SmallDisk.unmount(small) }
      expect(
        try site.misfire("export", ["small/rows.hdf5"]),
        "cannot write small/rows.hdf5: it needs ", "MB and the disk has 1 MB free; free some space")
      #expect(try site.names(in: "small") == [])
    }
  }
}
