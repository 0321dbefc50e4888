import Foundation
import SystemPackage
import TestSupport
import Testing

/// The first released form of every file, kept permanently: two pictures sealed; one mined but not sealed, because
/// the daemon was killed; one quarantined; windows set aside; a pinned generation.
///
/// Never regenerate them. If a format changes, add a folder and a test for the new form beside this.
@Suite struct `Files of the first form` {
  private static let files = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "FirstForm")

  /// - Parameter plainBytes: the size in bytes up to which a feature file stays plain.
  @Test(arguments: [1 << 26, 1])
  func `are read as they were meant, and added to`(plainBytes: Int) throws {
    try withTemporaryFolder { parent in
      let folder = try copyFiles(into: parent)
      func misfire(_ words: String...) throws -> Command.Result {
        let result = try Command.run(
          "misfire", words + ["--conf", "cars.json"], in: folder.string,
          environment: ["MISFIRE_PLAIN_BYTES": "\(plainBytes)"])
        #expect(result.status == 0, "\(words): \(result.output)\(result.errors)")
        return result
      }
      func status() throws -> Site.Status {
        try Site.Status(json: misfire("status", "--json").output)
      }

      #expect(try misfire("verify").output == "all is well\n")
      #expect(try misfire("models", "list").output.hasPrefix("P 1  2026-11-23T00:35:57Z"))
      #expect(try misfire("review", "list").output.split(separator: "\n").count == 28)
      let before = try status()
      #expect(before.generation == 1)
      #expect(before.images.mined == 3 && before.images.quarantined == 1)
      #expect(before.hardNegatives.sealed == 5 && before.hardNegatives.unsealed == 27)

      _ = try misfire("report", "--output", "report.html")
      let experiment = try Page(folder.appending("report.html")).texts(
        "//h2[.='How many hard negatives are enough?']/following-sibling::table[1]//td")
      #expect(experiment.prefix(3) == ["most confident", "632", "3,157"])

      _ = try misfire("mine", "new.jpg")
      let after = try status()
      #expect(after.images.mined == 4)
      #expect(after.hardNegatives.total > 32)
      #expect(after.hardNegatives.sealed == after.hardNegatives.total)
      #expect(try misfire("verify").output == "all is well\n")
      #expect(try firstRows(folder) == firstRows(FilePath(Self.files.path)))

      let segment = folder.appending("features.hdf5.segments/000001.hdf5")
      #expect(FileManager.default.fileExists(atPath: segment.string) == (plainBytes == 1))
      _ = try misfire("export", "rows.hdf5")
      #expect(
        try firstRows(folder, "rows.hdf5") == firstRows(FilePath(Self.files.path)))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can be another user"))
  func `are brought up to date only by their owner`() throws {
    try withTemporaryFolder { parent in
      let folder = try copyFiles(into: parent)
      _ = try Command.run("/usr/bin/chmod", ["-R", "a+rX", parent.string])
      let result = try Command.run(
        "misfire", ["status", "--conf", folder.appending("cars.json").string],
        launcher: DaemonProcess.asNobody)
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "state.sqlite: an older Misfire wrote this ledger, and only its owner may bring it up"),
        "\(result.errors)")
    }
  }

  /// Copies the files, and updates the paths of the pictures in the ledger.
  /// - Returns: the folder that they are in now.
  private func copyFiles(into parent: FilePath) throws -> FilePath {
    let folder = parent.appending("misfire")
    try FileManager.default.copyItem(atPath: Self.files.path, toPath: folder.string)
    _ = try Python.run(
      """
      import sqlite3, sys
      ledger = sqlite3.connect(sys.argv[1] + "/state.sqlite")
      ledger.execute("UPDATE images SET kept = replace(kept, '/var/lib/misfire', ?)", sys.argv[1:])
      ledger.commit()
      """, [folder.string])
    return folder
  }

  /// A digest of the rows that were sealed when the files were made.
  private func firstRows(_ folder: FilePath, _ name: String = "features.hdf5") throws -> String {
    try Python.run(
      """
      import h5py, hashlib, sys
      rows = h5py.File(sys.argv[1], "r")
      print(hashlib.sha256(rows["features"][:].tobytes() + rows["hard_negatives"][:5].tobytes()).hexdigest())
      """, [folder.appending(name).string])
  }
}
