import SystemPackage
import TestSupport

/// What Python's libraries read from a site, without any of Misfire's own code.
struct Evidence {
  private let session: PythonSession

  init() throws {
    session = try PythonSession(Self.script)
  }

  /// Reads every HDF5 file completely, and has each model score its golden rows.
  /// - Returns: the number of files.
  /// - Throws: `Python.Failed` if a file cannot be read.
  func readEveryFile(of folder: FilePath) throws -> Int {
    try session.ask("read_every_file", folder.string)
  }

  /// One line for each picture and each hard negative, with a digest of its features. The same pictures give the same
  /// lines in whatever order they arrived.
  /// - Throws: `Python.Failed` if a row of the HDF5 file matches no hard negative, or two.
  func findings(of folder: FilePath) throws -> Set<String> {
    let lines: [String] = try session.ask("findings", folder.string)
    let findings = Set(lines)
    precondition(findings.count == lines.count, "something is there twice")
    return findings
  }

  private static let script = """
    import glob, hashlib, sqlite3
    import h5py, numpy as np

    def read_every_file(folder):
        paths = glob.glob(folder + "/output/**/*.hdf5", recursive=True)
        for path in paths:
            with h5py.File(path, "r") as file:
                for item in file.values():
                    item[()]
                if "golden_margins" in file:
                    rows = file["golden_features"][()].astype(float)
                    margins = rows @ file["weights"][()].astype(float) + file.attrs["bias"]
                    np.testing.assert_allclose(margins, file["golden_margins"][()], atol=1e-6)
        return len(paths)

    def findings(folder):
        ledger = sqlite3.connect(folder + "/output/state.sqlite")
        with h5py.File(folder + "/output/features.hdf5", "r") as file:
            table = file["hard_negatives"][()]
            places = list(range(file.attrs["imported_hard_negatives"], len(table)))
        lines = [repr(image) for image in ledger.execute(
            "SELECT hex(sha256), state, generation, windows, hard_negatives, reason FROM images")]
        for place, floats, *window in ledger.execute('''
            SELECT row, floats, hex(sha256), x0, y0, x1, y1, layer, margin, probability,
                hard_negatives.generation, verdict
            FROM hard_negatives JOIN images ON image = images.id
            LEFT JOIN features ON hard_negative = hard_negatives.id'''):
            if place is not None:
                assert table[place, 0] == -1, f"row {place} has another label"
                places.remove(place)
                floats = table[place, 1:].tobytes()
            lines.append(repr((*window, hashlib.sha256(floats or b"").hexdigest())))
        assert not places, f"rows {places} belong to nothing"
        return lines

    def answer(question, folder):
        return globals()[question](folder)
    """
}
