import HDF5
import SystemPackage
import TestSupport
import Testing

/// The system reads rows stored in memory's format, and the library reads all others; the result is the same.
@Suite struct `Reading rows` {
  /// How h5py writes them.
  private static let ways = [
    "dtype='<f4'", "dtype='>f4'", "dtype='<f8'", "dtype='<f4', chunks=(7, 5)",
    "dtype='<f4', compression='gzip'", "dtype='<f4', maxshape=(None, 40)",
  ]

  @Test(arguments: ways)
  func `gives what was written, whatever the columns`(way: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("rows.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy as np, sys
        with h5py.File(sys.argv[1], "w") as file:
            file.create_dataset("first", data=np.zeros(3, "<f4"))
            file.create_dataset("rows", data=np.arange(1300 * 40).reshape(1300, 40), \(way))
        """, [path.string])
      let file = try HDF5File(reading: path)
      let rows = try file.dataset("rows")
      for columns in [0..<40, 1..<40, 0..<39, 0..<1, 3..<4, 20..<40, 5..<5] {
        for range in [0..<1300, 0..<1, 1299..<1300, 3..<700, 12..<12] {
          var numbers = [Float](repeating: -1, count: range.count * columns.count + 2)
          var span = numbers.mutableSpan
          try rows.read(into: &span, at: 1, rows: range, columns: columns)
          let expected = range.flatMap { row in columns.map { Float(row * 40 + $0) } }
          #expect(numbers == [-1] + expected + [-1], "\(range), \(columns)")
        }
      }
    }
  }

  @Test func `goes on when the file has another name, or none`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("rows.hdf5")
      let new = try HDF5File(creating: path)
      let written = try new.createDataset("rows", of: Float.self, shape: [3, 2])
      try written.write([1, 2, 3, 4, 5, 6], rows: 0..<3)
      // In a file open for writing, the library reads back what was written.
      #expect(try written.read(Float.self, rows: 1..<3) == [3, 4, 5, 6])
      try new.close()
      let rows = try HDF5File(reading: path).dataset("rows")
      _ = try Command.run("/usr/bin/rm", [path.string])
      #expect(try rows.read(Float.self, rows: 1..<3, columns: 1..<2) == [4, 6])
    }
  }

  @Test(
    .enabled(if: BadSector.isThere, "no file here whose reading fails"),
    arguments: ["dtype='<f4'", "dtype='<f4', compression='gzip'"])
  func `says so where the disk fails`(way: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("rows.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy as np, sys
        with h5py.File(sys.argv[1], "w") as file:
            file.create_dataset("rows", data=np.arange(100 * 40).reshape(100, 40), \(way))
        """, [path.string])
      let rows = try HDF5File(reading: path).dataset("rows")
      try BadSector.spread(to: path)
      let error = #expect(throws: HDF5Error.self) { try rows.read(Float.self, rows: 0..<10) }
      #expect(error?.code == .ioError && error?.reason == nil)
      #expect(
        error?.description == """
          \(path): cannot read rows: Input/output error; check for a failing disk, or a network that is down
          """)
    }
  }

  @Test func `says so where the file is cut short while it is open`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("rows.hdf5")
      let new = try HDF5File(creating: path)
      try new.createDataset("rows", of: Float.self, shape: [1_000, 40])
        .write([Float](repeating: 1, count: 40_000), rows: 0..<1_000)
      try new.close()
      let rows = try HDF5File(reading: path).dataset("rows")
      _ = try Command.run("/usr/bin/truncate", ["--size", "100000", path.string])
      #expect(try rows.read(Float.self, rows: 0..<10).count == 400)
      for columns in [0..<40, 1..<40, 0..<1] {
        let error = #expect(throws: HDF5Error.self) {
          try rows.read(Float.self, rows: 900..<1_000, columns: columns)
        }
        // The disk gives all that there is.
        #expect(error?.code == nil)
        #expect(error?.failure == "cannot read rows: it is cut short")
      }
    }
  }
}
