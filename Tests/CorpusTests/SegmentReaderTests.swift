import Detection
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

@Suite(.timeLimit(.minutes(10))) struct `Readers of a grown feature file` {
  /// How to read the probabilities and the rows together.
  enum Reader: String, CaseIterable {
    case h5py, pyTables, h5dump

    /// Defines `read(path)` in Python.
    var script: String {
      switch self {
      case .h5py:
        """
        import h5py
        def read(path):
            with h5py.File(path, "r") as db:
                return db["hard_negatives_probability"][()], db["hard_negatives"][()]
        """
      case .pyTables:
        """
        import tables
        def read(path):
            with tables.open_file(path) as db:
                return db.root.hard_negatives_probability[:], db.root.hard_negatives[:]
        """
      case .h5dump:
        """
        import re, subprocess
        def read(path):
            names = ["hard_negatives_probability", "hard_negatives"]
            dump = subprocess.run(["h5dump", "-y", "-w", "0", "-m", "%.17g"] + [f"--dataset={n}" for n in names] + [path],
                                  check=True, capture_output=True, text=True).stdout
            known, rows = (np.array(re.split(r"[,\\s]+", data.strip()), "f8")
                           for data in re.findall(r"DATA \\{(.*?)\\}", dump, re.S))
            return known, rows.astype("f4").reshape(len(known), -1)
        """
      }
    }
  }

  /// Opens the file repeatedly and checks that no row is torn: all numbers of a row equal its probability, and
  /// earlier rows stay as they were.
  private static let look = """
    import numpy as np, os

    seen = []

    def answer(path):
        os.chdir("/")
        known, rows = read(path)
        assert np.array_equal(rows[:, 0], -np.ones(len(rows))), rows
        for column in range(1, rows.shape[1]):
            assert np.array_equal(rows[:, column], known.astype("f4")), (rows, known)
        assert len(rows) >= len(seen) and np.array_equal(known[:len(seen)], seen), (seen, known)
        seen[:] = known
        return len(rows)
    """

  @Test(.serialized, arguments: Reader.allCases)
  func `see whole rows while it is sealed and merged`(reader: Reader) throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.seal(3)
      let path = store.features.path.string
      let session = try PythonSession(reader.script + "\n" + Self.look)
      let (features, ledger) = (store.features, store.ledger)
      let count = reader == .h5py ? 40 : 10
      let sealing = Mutex<Result<Void, any Error>?>(nil)
      // A reader may be slower than all the sealing: each fifth of it waits for a look.
      let (pauses, looked) = (5, DispatchSemaphore(value: 0))
      defer { for _ in 0..<pauses { looked.signal() } }
      // On a thread of its own, because the readers block theirs.
      Thread.detachNewThread {
        let result = Result {
          for number in 0..<count {
            if number.isMultiple(of: count / pauses) { looked.wait() }
            try ledger.acknowledge([
              picture("more \(number)", probabilities: [0.25 + Double(number) / 256])
            ])
            try features.seal(ledger)
            while case .merged = try features.mergeSegments() {}
          }
        }
        sealing.withLock { $0 = result }
      }
      var (looks, found) = (0, 0)
      var result: Result<Void, any Error>?
      repeat {
        // Asked before the look, so that the last look is at everything.
        result = sealing.withLock { $0 }
        found = try session.ask(path)
        looks += 1
        looked.signal()
      } while result == nil
      try result?.get()
      #expect(found == 3 + count)
      #expect(looks > pauses)
    }
  }

  @Test func `have a whole store though they opened it before a merge`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      for _ in 0..<4 { try store.seal() }
      let before = try store.found()
      let old = folder.appending("old.hdf5")
      // A process that has the file open holds these bytes, and opens the segments only when it reads.
      try FileManager.default.copyItem(atPath: store.features.path.string, toPath: old.string)
      while case .merged = try store.features.mergeSegments() {}
      #expect(try store.rowCounts == [4])
      #expect(try store.found(in: old) == before)
    }
  }

  @Test func `learn the same detector from segments as from one file, byte for byte`() throws {
    try withTemporaryFolder { folder in
      let models = try [SegmentLimits.plain, .tiny].map { limits in
        let place = folder.appending("\(limits.plainBytes)")
        try FileManager.default.createDirectory(
          atPath: place.string, withIntermediateDirectories: true)
        var store = try GrownStore(place, limits: limits, hog: smallHOG)
        var random = SplitMix64(seed: 1)
        try store.features.writeFeatures(
          LabelledRows(
            labels: (0..<40).map { $0 < 20 ? 1 : -1 },
            features: (0..<(40 * 36)).map {
              Float(random.next() % 1_000) / ($0 < 20 * 36 ? 1_000 : 2_000)
            }, featureCount: 36))
        for count in [5, 1, 7] { try store.seal(count) }
        let rows = try store.features.trainingRows()
        let trained = try LinearSVMTrainer(penalty: 1, threads: 2)
          .trainCalibrated(rows, labels: rows.labels)
        #expect(rows.rowCount == 53)
        return trained
      }
      #expect(models[0] == models[1])
    }
  }
}
