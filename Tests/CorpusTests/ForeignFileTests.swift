import Corpus
import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Feature files that a person made with h5py, with more in them than rows.
@Suite struct `A file of others` {
  @Test func `keeps everything else in it as it is, seal after seal`() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder, for: tinyHOG)
      let (path, ledger) = (place.features.path, try place.ledger())
      _ = try Python.run(Self.script + "make(sys.argv[1])", [path.string])
      let before = try contents(of: path)
      #expect(before.count == 40)
      let userBlock = try Data(contentsOf: URL(filePath: path.string)).prefix(512)

      var sizes: [Int] = []
      for seal in 0..<20 {
        try ledger.acknowledge([picture("\(seal)", probabilities: [0.5, 0.75])])
        #expect(try place.features.seal(ledger) == 2)
        #expect(try contents(of: path) == before)
        sizes.append(try Data(contentsOf: URL(filePath: path.string)).count)
      }
      let rows = LabelledRows(labels: [1], features: [7, 8, 9], featureCount: 3)
      try place.features.writeFeatures(rows, drawnFrom: [digest("car")])
      #expect(try contents(of: path) == before)
      let pictures = try ledger.pictures(.mined).map(\.id)
      _ = try place.features.rebuildHardNegatives(from: ledger, givingUp: Set(pictures)) {
        [Float](repeating: 1, count: 3 * $1.count)
      }
      #expect(try contents(of: path) == before)

      #expect(try Data(contentsOf: URL(filePath: path.string)).prefix(512) == userBlock)
      let training = try place.features.trainingRows()
      // All others are given up.
      #expect(training.hardNegatives == 1 && training.labels == [1, -1])
      // What a seal replaces leaves no significant hole behind.
      #expect(sizes.last! - sizes.first! < 19 * 2048, "\(sizes)")
    }
  }

  /// Everything that h5py finds in the file except what belongs to Misfire; first what is not in one of Misfire's
  /// datasets, in the file's order.
  private func contents(of path: FilePath) throws -> [String] {
    let lines = try Python.run(Self.script + "show(sys.argv[1])", [path.string])
      .split(separator: "\n").map(String.init)
    func isOurs(_ line: String) -> Bool {
      ["/features", "/hard_negatives"].contains { line.hasPrefix($0) }
    }
    return lines.filter { !isOurs($0) } + lines.filter(isOurs).sorted()
  }

  private static let script = """
    import h5py, hashlib, numpy as np, os, sys

    def make(path):
        folder = os.path.dirname(path)
        with h5py.File(folder + "/elsewhere.hdf5", "w") as other:
            other["numbers"] = [1, 2, 3]
        with h5py.File(path, "w", userblock_size=512, track_order=True) as db:
            db["hard_negatives"] = np.array([[-1, .5, .25, .125]])
            db["features"] = np.array([[1, .1, .2, .3], [-1, .4, .5, .6]])
            mine = db.create_group("mine", track_order=True)
            mine["zebra"], mine["ant"] = 1, 2
            mine.attrs["zebra"], mine.attrs["ant"] = "striped", ["small", "black"]
            mine["type"] = np.dtype([("name", "S4"), ("size", ">f8")])
            mine.create_dataset("records", data=np.zeros(3, mine["type"].dtype), dtype=mine["type"])
            mine.create_dataset("packed", data=np.arange(3000).reshape(60, 50), chunks=(7, 9),
                                compression="gzip", shuffle=True, fletcher32=True)
            mine.create_dataset("scaled", data=np.arange(99.), chunks=(10,), scaleoffset=3)
            mine.create_dataset("growing", data=np.arange(9), maxshape=(None,))
            mine.create_dataset("lists", (2,), h5py.vlen_dtype("i4"))[:] = [np.arange(3), np.arange(5)]
            mine["words"] = ["a", "bc"]
            mine["big"] = np.arange(5, dtype=">i2")
            mine["kinds"] = np.array([0, 1], h5py.enum_dtype({"car": 0, "cat": 1}, "u1"))
            for name in ["again", "packed again"]:
                db[name] = mine["packed"]
            db["soft"] = h5py.SoftLink("/mine/packed")
            db["dangling"] = h5py.SoftLink("/nowhere")
            db["outside"] = h5py.ExternalLink("elsewhere.hdf5", "/numbers")
            db["lost"] = h5py.ExternalLink("gone.hdf5", "/numbers")
            db["pointers"] = np.array([mine["big"].ref, mine.ref], h5py.ref_dtype)
            db["regions"] = np.array([mine["packed"].regionref[2:4, 1:9]], h5py.regionref_dtype)
            mine["big"].make_scale("place")
            mine["growing"].dims[0].label = "t"
            layout = h5py.VirtualLayout((3,), "i8")
            layout[:] = h5py.VirtualSource("elsewhere.hdf5", "numbers", (3,))
            db.create_virtual_dataset("virtual", layout)
            for target in [db, db["features"], db["hard_negatives"]]:
                target.attrs["author"] = "somebody"
                target.attrs["words"] = ["a", "bc"]
                target.attrs["pointer"] = mine["packed"].ref
                target.attrs["void"] = h5py.Empty("f4")
                target.attrs.create("typed", np.zeros(1, mine["type"].dtype), dtype=mine["type"])
        with open(path, "r+b") as file:
            file.write(bytes(range(256)) * 2)

    own = ["hard_negatives", "hard_negatives_probability", "features", "drawn_pictures"]
    marks = ["sealed_through", "imported_hard_negatives", "orientations", "pixels_per_cell", "cells_per_block",
             "normalize", "block_norm", "block_norm_fixed", "window_dim", "descriptor", "descriptor_fixed"]

    def value(db, item):
        if isinstance(item, h5py.RegionReference):
            return f"region of {db[item].name}: {db[item][item].tolist()}"
        if isinstance(item, h5py.Reference):
            return f"object {db[item].name}"
        if isinstance(item, np.ndarray):
            return [value(db, each) for each in item.ravel()]
        return repr(item)

    def attributes(db, item, name):
        for key, found in item.attrs.items():
            if name != "/" or key not in marks:
                kind = h5py.h5a.open(item.id, key.encode()).get_type()
                print(name, "@", key, kind.committed(), kind.get_class(), kind.get_size(), value(db, found))

    def show(path):
        with h5py.File(path, "r") as db:
            walk(db, db, "/")

    def walk(db, group, path):
        attributes(db, group, path)
        for name in group:
            link, full = group.get(name, getlink=True), path + name
            if isinstance(link, h5py.SoftLink):
                print(full, "->", link.path)
            elif isinstance(link, h5py.ExternalLink):
                print(full, "->", link.filename, link.path)
            elif isinstance(group[name], h5py.Group):
                walk(db, group[name], full + "/")
            elif isinstance(group[name], h5py.Datatype):
                print(full, group[name].dtype, group[name].id.committed())
            elif path == "/" and name in own:
                attributes(db, group[name], full)
            else:
                dataset = group[name]
                filters = dataset.id.get_create_plist()
                print(full, dataset.dtype, dataset.shape, dataset.maxshape, dataset.chunks, dataset.is_virtual,
                      [filters.get_filter(i) for i in range(filters.get_nfilters())],
                      dataset.id.get_type().committed(), h5py.h5o.get_info(dataset.id).rc,
                      [dataset.id.read_direct_chunk(dataset.id.get_chunk_info(i).chunk_offset)
                       for i in range(dataset.id.get_num_chunks())] if dataset.chunks else "",
                      value(db, np.asarray(dataset[()])))
                attributes(db, dataset, full)

    """
}
