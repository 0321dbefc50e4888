import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

@Suite(.timeLimit(.minutes(10))) struct `Readers of a grown feature file` {
  /// Opens the file again and again, and has every row tell whether it is whole: all of its numbers are its probability,
  /// and those before it stay as they were.
  private static let reader = """
    import h5py, numpy as np, os

    seen = []

    def answer(path):
        os.chdir("/")
        with h5py.File(path, "r") as db:
            known = db["hard_negatives_probability"][()]
            rows = db["hard_negatives"][()]
        assert np.array_equal(rows[:, 0], -np.ones(len(rows))), rows
        for column in range(1, rows.shape[1]):
            assert np.array_equal(rows[:, column], known.astype("f4")), (rows, known)
        assert len(rows) >= len(seen) and np.array_equal(known[:len(seen)], seen), (seen, known)
        seen[:] = known
        return len(rows)
    """

  @Test func `see whole rows while it is sealed and merged`() async throws {
    try await withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      try store.seal(3)
      let path = store.features.path.string
      let session = try PythonSession(Self.reader)
      let isDone = Task { [features = store.features, ledger = store.ledger] in
        for number in 0..<40 {
          try ledger.acknowledge([
            picture("more \(number)", probabilities: [0.25 + Double(number) / 256])
          ])
          try features.seal(ledger)
          while case .merged = try features.mergeSegments() {}
        }
      }
      var looks = 0
      var found = 0
      while found < 43 {
        found = try session.ask(path)
        looks += 1
      }
      try await isDone.value
      #expect(looks > 5)
    }
  }

  @Test func `have a whole store though they opened it before a merge`() throws {
    try withTemporaryFolder { folder in
      var store = try GrownStore(folder)
      for _ in 0..<4 { try store.seal() }
      let before = try store.found()
      let old = folder.appending("old.hdf5")
      // Who has the file open has these bytes, and looks for the segments only when it reads.
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
