import Foundation
import SystemPackage
import TestSupport
import Testing

/// How `misfire train` and the daemon handle a feature file that cannot be learned from.
@Suite(.timeLimit(.minutes(10))) struct `Rows that cannot be learned from` {
  /// A fault in a feature file, made with h5py, and the message about it.
  struct Fault: CustomTestStringConvertible {
    let testDescription: String
    /// Changes the array `rows` of the open file `db`.
    let python: String
    let words: [String]
  }

  static let faults = [
    Fault(
      testDescription: "a feature that is not a number", python: "rows[7, 12] = np.nan",
      words: ["row 7 of features, column 12, is nan", "run `misfire extract`"]),
    Fault(
      testDescription: "an infinite feature", python: "rows[8, 1] = np.inf",
      words: ["row 8 of features, column 1, is inf"]),
    Fault(
      testDescription: "a hard negative with such a feature",
      python: "db['hard_negatives'][3, 9] = np.nan",
      words: ["row 3 of hard_negatives, column 9, is nan", "`misfire verify --repair`"]),
    Fault(
      testDescription: "one class only", python: "rows = rows[rows[:, 0] < 0]",
      words: ["every row has the label -1", "image_dataset", "`misfire extract`"]),
    Fault(
      testDescription: "no rows", python: "rows = rows[:0]; del db['hard_negatives']; forget()",
      words: ["no rows to learn from", "`misfire extract`"]),
    Fault(
      testDescription: "another label", python: "rows[3, 0] = 0",
      words: ["row 3 of features has the label 0.0", "labels are 1 and -1"]),
    Fault(
      testDescription: "constant rows",
      python: "rows[:, 1:] = 0.25; db['hard_negatives'][:, 1:] = 0.25",
      words: ["nothing in its rows distinguishes the object from the rest"]),
    Fault(
      testDescription: "rows of zeros, more of one class",
      python: "rows[:, 1:] = 0; del db['hard_negatives']; forget()",
      words: ["nothing in its rows distinguishes the object from the rest"]),
    Fault(
      testDescription: "a hard negative with the label of the object",
      python: "db['hard_negatives'][4, 0] = 1",
      words: ["row 4 of hard_negatives has the label 1", "move the row to features"]),
    Fault(
      testDescription: "a hard negative with another label",
      python: "db['hard_negatives'][4, 0] = 3",
      words: ["row 4 of hard_negatives has the label 3.0", "labels are 1 and -1"]),
    Fault(
      testDescription: "a single row",
      python: "rows = rows[:1]; del db['hard_negatives']; forget()",
      words: ["every row has the label 1", "`misfire extract`"]),
    Fault(
      testDescription: "rows that all come with both labels",
      python: """
        twins = rows.copy(); twins[:, 0] *= -1; rows = np.concatenate([rows, twins])
        del db['hard_negatives']; forget()
        """,
      words: ["nothing in its rows distinguishes the object from the rest"]),
    Fault(
      testDescription: "a file that was cut short",
      python: "db.close(); os.truncate(path, os.path.getsize(path) // 2); sys.exit()",
      words: ["truncated", "`misfire verify --repair`", "`misfire extract`"]),
  ]

  @Test(arguments: faults)
  func `are named, with what to do, and the live model stays`(fault: Fault) throws {
    try withSite { site in
      try mine(site)
      let live = try Data(contentsOf: URL(filePath: site.model.string))
      try spoil(site, fault)
      let result = try site.misfire("train", ["--force"])
      #expect(result.status == 1 && result.output.isEmpty)
      for word in [features(of: site).string] + fault.words {
        #expect(result.errors.contains(word), "\(result.errors)")
      }
      #expect(try Data(contentsOf: URL(filePath: site.model.string)) == live)
      #expect(try site.status().generation == 1)
    }
  }

  @Test func `are good, but C is too small`() throws {
    try withSite(["C": "1e-9"]) { site in
      let result = try site.misfire("train", ["--force"])
      #expect(result.status == 1 && result.output.isEmpty)
      for word in ["with C 1e-09", "raise C"] {
        #expect(result.errors.contains(word), "\(result.errors)")
      }
    }
  }

  @Test func `do not stop the daemon, which says so once and mines on`() async throws {
    try await withSite(["hn_retrain_threshold": "5"]) { site in
      try spoil(site, Self.faults[0])
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures[..<10] { try site.copy(picture) }
      let line = try #require(await daemon.line("cannot train"))
      for word in [features(of: site).string] + Self.faults[0].words {
        #expect(line.contains(word), "\(line)")
      }
      for picture in site.pictures[10...] { try site.copy(picture) }
      let mined = daemon.log.count { $0.contains("info mined") }
      #expect(
        await daemon.lines(["info mined"], count: site.pictures.count - mined).count
          == site.pictures.count - mined)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("cannot train") } == 1)
      #expect(try site.status().generation == 1)
    }
  }

  // MARK: Too little memory

  @Test func `are the least confident hard negatives where memory is too small for all`()
    async throws
  {
    try await withSite(["training_memory": #""4 MB""#, "hn_retrain_threshold": "5"]) { site in
      try mine(site)
      let all = try site.status().hardNegatives.total
      let result = try site.misfire("train", ["--json", "--force"])
      let report = try #require(try result.objects().first)
      // 172 rows of 5,796 floats.
      let used = try #require(report["hard_negatives"] as? Int)
      let others = try ["positives", "negatives"].map { try #require(report[$0] as? Int) }
      #expect(used > 0 && used + others.reduce(0, +) == 172)
      #expect(report["hard_negatives_left_out"] as? Int == all - used)

      let told = "left out the \(all - used) least confident of \(all) hard negatives"
      #expect(try site.misfire("train", ["--force"]).errors.contains(told))
      // Training on the most confident alone gives the same model, and so no new generation.
      try site.change(["training_memory": #""1 GB""#])
      let alone = try #require(
        try site.misfire("train", ["--json", "--force", "--hard-negatives", "\(used)"])
          .objects().first)
      #expect(alone["unchanged"] as? Bool == true && alone["generation"] as? Int == 2)

      try site.change(["training_memory": #""4 MB""#])
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.copy(picture) }
      #expect(await daemon.line("warning left out the") != nil)
      #expect(await daemon.stop() == 0)
    }
  }

  @Test func `are all where memory does not even hold those without hard negatives`() throws {
    try withSite(["training_memory": #""1 MB""#]) { site in
      let result = try site.misfire("train")
      #expect(result.status == 1 && result.output.isEmpty)
      for word in [features(of: site).string, "training_memory holds 43 of its rows", "raise it"] {
        #expect(result.errors.contains(word), "\(result.errors)")
      }
    }
  }

  // MARK: - What is done to a site

  private func features(of site: Site) -> FilePath {
    site.folder.appending(["output", "features.hdf5"])
  }

  /// Mines enough hard negatives for the file to have some.
  private func mine(_ site: Site) throws {
    let result = try site.misfire("mine", ["--all"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try site.status().hardNegatives.sealed > 60)
  }

  private func spoil(_ site: Site, _ fault: Fault) throws {
    // A ledger that has hard negatives would notice that they are missing.
    if fault.python.contains("forget") {
      for suffix in ["", "-wal", "-shm"] {
        let ledger = "\(site.folder)/output/state.sqlite\(suffix)"
        if FileManager.default.fileExists(atPath: ledger) {
          try FileManager.default.removeItem(atPath: ledger)
        }
      }
    }
    _ = try Python.run(
      """
      import h5py, numpy as np, os, sys
      path = sys.argv[1]
      db = h5py.File(path, "r+")
      def forget():
          for name in list(db.attrs): del db.attrs[name]
      rows = db["features"][:]
      \(fault.python)
      del db["features"]
      db["features"] = rows
      db.close()
      """, [features(of: site).string])
  }
}
