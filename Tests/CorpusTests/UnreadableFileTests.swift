import Corpus
import Detection
import HDF5
import SystemPackage
import TestSupport
import Testing

/// Feature files that are intact, or nearly, but cannot be read: what training and `misfire verify` report about
/// each.
@Suite struct `A feature file that cannot be read` {
  struct Kind: CustomTestStringConvertible {
    let testDescription: String
    /// Makes the file at `path` from the table `rows`.
    let python: String
    let words: [String]
  }

  static let kinds = [
    Kind(
      testDescription: "whose filter is missing",
      python: "write(compression='lzf')",
      words: ["features was written with the filter lzf", "h5repack -f NONE"]),
    Kind(
      testDescription: "of a newer form",
      python: "write(libver='latest', chunks=(4, 4), maxshape=(None, 4), compression='gzip')",
      words: ["bad version number for layout message", "h5repack -j 0 -k 1"]),
    Kind(
      testDescription: "that a program still writes",
      python: """
        write(libver='v110', chunks=(4, 4))
        file = h5py.File(path, 'r+', libver='v110'); file.swmr_mode = True
        shutil.copy(path, path + '.copy'); file.close(); os.replace(path + '.copy', path)
        """,
      words: ["already open for write", "h5clear -s"]),
    Kind(
      testDescription: "whose features are a link to nothing",
      python: "h5py.File(path, 'w')['features'] = h5py.SoftLink('/gone')",
      words: ["features is a link to /gone, which does not exist", "remove the link"]),
    Kind(
      testDescription: "whose features are in another file, which is missing",
      python: "h5py.File(path, 'w')['features'] = h5py.ExternalLink('gone.hdf5', '/rows')",
      words: ["features is a link to /rows of gone.hdf5, which does not exist"]),
    Kind(
      testDescription: "with a damaged chunk",
      python: """
        write(chunks=(4, 4), compression='gzip')
        with h5py.File(path) as db: place = db['features'].id.get_chunk_info(2).byte_offset
        with open(path, 'r+b') as file: file.seek(place); file.write(bytes(9))
        """,
      words: ["cannot read features", "a chunk is damaged", "`misfire extract`"]),
    Kind(
      testDescription: "whose chunk fails its checksum",
      python: """
        write(chunks=(4, 4), fletcher32=True)
        with h5py.File(path) as db: place = db['features'].id.get_chunk_info(1).byte_offset
        with open(path, 'r+b') as file: file.seek(place); file.write(bytes(9))
        """,
      words: ["cannot read features", "a chunk is damaged", "`misfire extract`"]),
  ]

  @Test(arguments: kinds) func `is named, with what to do`(kind: Kind) throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder, for: tinyHOG)
      _ = try Python.run(
        """
        import h5py, numpy as np, os, shutil, sys
        path = sys.argv[1]
        rows = np.random.default_rng(1).random((12, 4)); rows[:, 0] = [1, -1] * 6
        def write(libver=None, **kinds):
            with h5py.File(path, 'w', libver=libver) as db:
                db.create_dataset('features', data=rows, **kinds)
        \(kind.python)
        """, [place.features.path.string])
      let findings = try Verification(
        ledger: place.ledger(), features: place.features, models: place.models
      ).findings()
      #expect(findings.count == 1)
      let error = #expect(throws: FeatureFileError.self) {
        _ = try place.features.trainingRows()
      }
      for word in kind.words + [place.features.path.string] {
        #expect("\(findings[0])".contains(word), "\(findings)")
        #expect(error?.description.contains(word) == true, "\(error as Any)")
      }
    }
  }

  @Test(.enabled(if: BadSector.isThere, "no file here whose reading fails"))
  func `because its disk fails is not called damaged`() throws {
    try withTemporaryFolder { folder in
      let hog = hog(orientations: 10_000, cell: 8)
      let place = try Place(folder, for: hog)
      let ledger = try place.ledger()
      // So many that they are copied in two parts.
      let many = (0..<250).map { Double($0) / 256 }
      try ledger.acknowledge([picture("a", probabilities: many, hog: hog)])
      try place.features.seal(ledger)
      try ledger.acknowledge([picture("b", probabilities: [0.5], hog: hog)])
      let error = #expect(throws: HDF5Error.self) {
        try place.features.seal(ledger) { try? BadSector.spread(to: place.features.path) }
      }
      #expect(error?.path == place.features.path && error?.code == .ioError)
      let advice = "; check for a failing disk, or a network that is down"
      #expect(error?.problem.hasSuffix("Input/output error" + advice) == true, "\(error as Any)")
      // It was not replaced.
      #expect(try place.features.summary().hardNegatives == 250)
      #expect(try place.features.seal(ledger) == 1)
    }
  }
}
