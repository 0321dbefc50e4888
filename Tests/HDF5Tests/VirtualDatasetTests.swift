import Foundation
import HDF5
import SystemPackage
import TestSupport
import Testing

@Suite struct `A dataset over other files` {
  /// Two files in a folder beside the main file; the library reads the folder's name as a pattern.
  private struct Spread {
    let folder: FilePath
    var main: FilePath { folder.appending("100%b.hdf5") }
    let sources: [HDF5Source]

    init(_ folder: FilePath) throws {
      self.folder = folder
      sources = [2, 3].map {
        HDF5Source(
          file: FilePath("100%b.segments/\($0).hdf5"), dataset: "rows", rowCount: $0)
      }
      try FileManager.default.createDirectory(
        atPath: folder.appending("100%b.segments").string, withIntermediateDirectories: true)
      for (number, source) in sources.enumerated() {
        let file = try HDF5File(creating: folder.pushing(source.file))
        let rows = try file.createDataset("rows", of: Float.self, shape: [source.rowCount, 2])
        try rows.write(
          (0..<(2 * source.rowCount)).map { Float($0 + 10 * number) }, rows: 0..<source.rowCount)
        try file.close()
      }
      let file = try HDF5File(creating: main)
      try file.createVirtualDataset("rows", kind: .float32, columnCount: 2, over: sources)
      try file.close()
    }

    /// What h5py finds when run in another folder.
    var found: String {
      get throws {
        try Python.run(
          """
          import h5py, os, sys
          os.chdir("/")
          print(h5py.File(sys.argv[1], "r")["rows"][()].tolist())
          """, [main.string])
      }
    }
  }

  @Test func `reads as one, and says what it is made of`() throws {
    try withTemporaryFolder { folder in
      let spread = try Spread(folder)
      #expect(
        try spread.found
          == "[[0.0, 1.0], [2.0, 3.0], [10.0, 11.0], [12.0, 13.0], [14.0, 15.0]]\n")
      let file = try HDF5File(reading: spread.main)
      let rows = try file.dataset("rows")
      #expect(rows.shape == [5, 2])
      #expect(try rows.sources() == spread.sources)
      #expect(try rows.kind() == .float32)
      let first = try HDF5File(reading: folder.pushing(spread.sources[0].file))
      #expect(try first.dataset("rows").sources() == nil)
    }
  }

  @Test func `has numbers that are none where a file is missing`() throws {
    try withTemporaryFolder { folder in
      let spread = try Spread(folder)
      try FileManager.default.removeItem(atPath: folder.pushing(spread.sources[1].file).string)
      #expect(try spread.found == "[[0.0, 1.0], [2.0, 3.0], [nan, nan], [nan, nan], [nan, nan]]\n")
    }
  }

  @Test func `stays so in a copy beside it`() throws {
    try withTemporaryFolder { folder in
      let spread = try Spread(folder)
      let copy = try HDF5File(creating: folder.appending("copy.hdf5"))
      try HDF5File(reading: spread.main).copy("rows", to: copy)
      #expect(try copy.dataset("rows").sources() == spread.sources)
    }
  }

  @Test func `put together in another way is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("odd.hdf5")
      _ = try Python.run(
        """
        import h5py, sys
        layout = h5py.VirtualLayout(shape=(4, 2), dtype="f4")
        layout[2:4] = h5py.VirtualSource("a.hdf5", "rows", shape=(2, 2))
        with h5py.File(sys.argv[1], "w", libver=("earliest", "v110")) as db:
            db.create_virtual_dataset("rows", layout)
        """, [path.string])
      let file = try HDF5File(reading: path)
      let error = #expect(throws: HDF5Error.self) { try file.dataset("rows").sources() }
      #expect(error?.problem == "rows consists of pieces that are not consecutive rows")
    }
  }
}
