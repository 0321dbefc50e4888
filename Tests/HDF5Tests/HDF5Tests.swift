import Foundation
import HDF5
import SystemPackage
import TestSupport
import Testing

/// A table of `rows` × `columns` whose numbers encode their positions.
private func table(_ rows: Int, _ columns: Int) -> [Float] {
  (0..<(rows * columns)).map { Float($0) / 8 }
}

private func write(_ path: FilePath, rows: Int = 5, columns: Int = 3) throws {
  let file = try HDF5File(creating: path)
  let dataset = try file.createDataset("features", of: Float.self, shape: [rows, columns])
  try dataset.write(table(rows, columns), rows: 0..<rows)
  try file.setAttribute("bias", -0.125)
  try file.setAttribute("window_dim", [96, 32])
  try file.setAttribute("block_norm", "L1-sqrt")
  try file.setAttribute("generation", 7)
  try file.close()
}

@Suite struct `An HDF5 file` {
  @Test func `is read by h5py as it was written`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      try write(path)
      let printed = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "r") as db:
            d = db["features"]
            print(d.dtype, d.shape, d.chunks, (d[:] * 8).astype(int).ravel().tolist())
            a = db.attrs
            print(a["bias"], a["window_dim"].tolist(), a["block_norm"], a["generation"])
        """, [path.string])
      #expect(
        printed == """
          float32 (5, 3) None [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
          -0.125 [96, 32] L1-sqrt 7

          """)
    }
  }

  @Test(arguments: ["f4", "f8", "i8", "u1", ">f8"], [nil, "(4, 2)"])
  func `written by h5py is read as floats`(type: String, chunks: String?) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as db:
            data = numpy.arange(35).reshape(7, 5).astype(sys.argv[2])
            db.create_dataset("features", data=data, chunks=eval(sys.argv[3]))
            db.create_dataset("labels", data=data[:, 0])
        """, [path.string, type, chunks ?? "None"])
      let file = try HDF5File(reading: path)
      let features = try file.dataset("features")
      #expect(features.shape == [7, 5])
      #expect(try features.read(Float.self, rows: 0..<7) == (0..<35).map { Float($0) })
      #expect(try features.read(Double.self, rows: 2..<4, columns: 1..<3) == [11, 12, 16, 17])
      let labels = try file.dataset("labels")
      #expect(try labels.read(Float.self, rows: 1..<3) == [5, 10])
      #expect(labels.rowCount == 7 && labels.columnCount == 1)
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>) func `gives any part of a table`(seed: UInt64) throws {
    try withTemporaryFolder { folder in
      var random = SeededGenerator(seed: seed)
      let (rows, columns) = (Int.random(in: 1...40, using: &random), 1 + Int(seed))
      let path = folder.appending("features.hdf5")
      try write(path, rows: rows, columns: columns)
      let file = try HDF5File(reading: path)
      let features = try file.dataset("features")
      let whole = table(rows, columns)
      for _ in 0..<20 {
        let some = Int.random(in: 0...rows, using: &random)
        let rows = some..<Int.random(in: some...rows, using: &random)
        let first = Int.random(in: 0...columns, using: &random)
        let part = first..<Int.random(in: first...columns, using: &random)
        let expected = rows.flatMap { row in part.map { whole[row * columns + $0] } }
        #expect(try features.read(Float.self, rows: rows, columns: part) == expected)
      }
    }
  }

  @Test func `gives attributes as h5py writes them`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("model.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as db:
            db.attrs["bias"] = numpy.float32(0.5)
            db.attrs["A"] = -2
            db.attrs["pixels_per_cell"] = [4, 8]
            db.attrs["normalize"] = True
            db.attrs["block_norm"] = "L2-Hys"
            db.attrs["name"] = numpy.bytes_("car")
            db.attrs["empty"] = ""
        """, [path.string])
      let file = try HDF5File(reading: path)
      #expect(try file.attribute("bias", as: Double.self) == 0.5)
      #expect(try file.attribute("A", as: Double.self) == -2)
      #expect(try file.attribute("pixels_per_cell", as: [Int].self) == [4, 8])
      #expect(try file.attribute("normalize", as: Int.self) == 1)
      #expect(try file.attribute("block_norm", as: String.self) == "L2-Hys")
      #expect(try file.attribute("name", as: String.self) == "car")
      #expect(try file.attribute("empty", as: String.self) == "")
      #expect(try file.attribute("missing", as: Int.self) == nil)
      let notText = #expect(throws: HDF5Error.self) { try file.attribute("A", as: String.self) }
      #expect(notText?.description == "\(path): the attribute A is not text")
      #expect(throws: HDF5Error.self) { try file.attribute("name", as: Int.self) }
      #expect(throws: HDF5Error.self) { try file.attribute("pixels_per_cell", as: Int.self) }
    }
  }

  /// The library used to write them over whatever comes behind the first.
  @Test(arguments: [
    ("['L1'] * 2_000", 2_000), ("numpy.array([b'L1'] * 60)", 60), ("[['L1', 'L2']]", 2),
    ("numpy.zeros(0, 'S2')", 0), ("h5py.Empty('S2')", 0),
    ("h5py.Empty(h5py.string_dtype())", 0),
  ])
  func `refuses an attribute of several texts, or of none`(texts: String, count: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("model.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as db:
            db.attrs["block_norm"] = \(texts)
            db.attrs["descriptor"] = ["skimage"]
        """, [path.string])
      let file = try HDF5File(reading: path)
      let error = #expect(throws: HDF5Error.self) {
        try file.attribute("block_norm", as: String.self)
      }
      #expect(
        error?.description
          == "\(path): the attribute block_norm should be one text but has \(count)")
      #expect(try file.attribute("descriptor", as: String.self) == "skimage")
    }
  }

  @Test func `passes a dataset on as it is`() throws {
    try withTemporaryFolder { folder in
      let (lessons, ours) = (folder.appending("lesson.hdf5"), folder.appending("ours.hdf5"))
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as db:
            db.create_dataset("features", data=numpy.linspace(0, 1, 35).reshape(7, 5))
        """, [lessons.string])
      let source = try HDF5File(reading: lessons)
      let target = try HDF5File(creating: ours)
      try source.copy("features", to: target)
      try target.close()
      let printed = try Python.run(
        """
        import h5py, sys
        a, b = (h5py.File(path, "r")["features"] for path in sys.argv[1:])
        print(b.dtype, b.chunks, (a[:] == b[:]).all())
        """, [lessons.string, ours.string])
      #expect(printed == "float64 None True\n")
    }
  }

  @Test func `has the same bytes for the same numbers`() throws {
    try withTemporaryFolder { folder in
      try write(folder.appending("a"))
      try write(folder.appending("b"))
      #expect(
        FileManager.default.contentsEqual(
          atPath: folder.appending("a").string, andPath: folder.appending("b").string))
    }
  }

  @Test func `may have a table without rows`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      try write(path, rows: 0)
      let file = try HDF5File(reading: path)
      #expect(try file.dataset("features").shape == [0, 3])
      #expect(try file.dataset("features").read(Float.self, rows: 0..<0) == [])
    }
  }

  @Test func `stays readable for whoever has it open when it is replaced`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      try write(path)
      let file = try HDF5File(reading: path)
      try write(folder.appending("new"), rows: 9)
      #expect(rename(folder.appending("new").string, path.string) == 0)
      #expect(try file.dataset("features").read(Float.self, rows: 0..<5) == table(5, 3))
    }
  }
}

@Suite struct `A bad HDF5 file` {
  @Test func `that is missing is named`() throws {
    let error = #expect(throws: HDF5Error.self) { _ = try HDF5File(reading: "/nowhere/x.hdf5") }
    #expect(
      error?.description.hasPrefix(
        "/nowhere/x.hdf5: it cannot be read: No such file or directory; ") == true)
    #expect(error?.description.contains("No such file or directory") == true)
  }

  @Test func `cut short anywhere is refused or gives the right numbers`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      try write(path, rows: 20, columns: 50)
      let whole = try #require(FileManager.default.contents(atPath: path.string))
      for length in stride(from: 0, to: whole.count, by: 97) {
        try whole.prefix(length).write(to: URL(filePath: path.string))
        let error = #expect(throws: HDF5Error.self) {
          let file = try HDF5File(reading: path)
          _ = try file.dataset("features").read(Float.self, rows: 0..<20)
        }
        #expect(error?.path == path)
      }
    }
  }

  @Test func `that is text says so`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      try String(repeating: "not HDF5 ", count: 500)
        .write(toFile: path.string, atomically: false, encoding: .utf8)
      let error = #expect(throws: HDF5Error.self) { _ = try HDF5File(reading: path) }
      #expect(error?.description.contains("file signature not found") == true)
    }
  }

  @Test func `without the dataset, or with another kind, says which`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("features.hdf5")
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "w") as db:
            db["names"] = ["a", "b"]
            db["cube"] = [[[1]]]
        """, [path.string])
      let file = try HDF5File(reading: path)
      #expect(try file.contains("names") && !file.contains("features"))
      for (name, words) in [
        ("features", "it has no dataset features"),
        ("names", "names is not a table of numbers"), ("cube", "cube is not a table of numbers"),
      ] {
        let error = #expect(throws: HDF5Error.self) { _ = try file.dataset(name) }
        #expect(error?.description == "\(path): \(words)")
      }
    }
  }
}
