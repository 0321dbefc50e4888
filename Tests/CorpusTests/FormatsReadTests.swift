import Corpus
import Detection
import SystemPackage
import TestSupport
import Testing

@Suite struct `FormatsRead: feature files` {
  /// Kinds of feature files, each with the Python that makes one at `path` from the table `rows`: twelve rows with a
  /// label and three features each.
  static let kinds: KeyValuePairs = [
    "64-bit floats, as the lesson writes": "write()",
    "32-bit floats": "write(dtype='f4')",
    "16-bit floats": "write(dtype='f2')",
    "integers": "write(np.rint(rows), dtype='i2')",
    "big-endian numbers": "write(dtype='>f8')",
    "chunks": "write(chunks=(4, 2))",
    "chunks, gzip, shuffled, with checksums":
      "write(chunks=(4, 4), compression='gzip', shuffle=True, fletcher32=True)",
    "chunks scaled and offset": "write(chunks=(4, 4), scaleoffset=3)",
    "a resizable table": "write(chunks=(4, 4), maxshape=(None, 4))",
    "a virtual dataset": """
    write(path=path + '.source')
    layout = h5py.VirtualLayout(rows.shape, 'f8')
    layout[:] = h5py.VirtualSource(path + '.source', 'features', rows.shape)
    with h5py.File(path, 'w') as db: db.create_virtual_dataset('features', layout)
    """,
    "a soft link to the rows": """
    write(name='elsewhere')
    with h5py.File(path, 'r+') as db: db['features'] = h5py.SoftLink('/elsewhere')
    """,
    "a link to another file's rows": """
    write(path=path + '.source')
    with h5py.File(path, 'w') as db:
      db['features'] = h5py.ExternalLink(os.path.basename(path) + '.source', '/features')
    """,
    "a link to nothing": "h5py.File(path, 'w')['features'] = h5py.SoftLink('/gone')",
    "other datasets, groups and attributes beside the rows": """
    write()
    with h5py.File(path, 'r+') as db: db['mine/words'] = ['a', 'bc']; db.attrs['author'] = 'somebody'
    """,
    "an empty list as `hard_negatives`": """
    write()
    with h5py.File(path, 'r+') as db: db['hard_negatives'] = np.zeros(0)
    """,
    "the filter lzf, which only h5py has": "write(compression='lzf')",
    "a newer HDF5 format than this machine's library reads":
      "write(libver='latest', chunks=(4, 4), maxshape=(None, 4), compression='gzip')",
    "a program has not closed it": """
    write(libver='v110', chunks=(4, 4))
    file = h5py.File(path, 'r+', libver='v110'); file.swmr_mode = True
    shutil.copy(path, path + '.copy'); file.close(); os.replace(path + '.copy', path)
    """,
    "a chunk whose checksum is wrong": """
    write(chunks=(4, 4), fletcher32=True)
    with h5py.File(path) as db: place = db['features'].id.get_chunk_info(1).byte_offset
    with open(path, 'r+b') as file: file.seek(place); file.write(bytes(9))
    """,
    "complex numbers": "write(rows + 1j)",
    "text": "write(np.full((12, 4), b'1'))",
    "another number of features than the settings give": "write(rows[:, :3])",
    "three dimensions": "write(rows.reshape(2, 6, 4))",
    "no dataset `features`": "write(name='rows')",
    "`features` is a group": "h5py.File(path, 'w').create_group('features')",
    "cut short": "write(); os.truncate(path, os.path.getsize(path) // 2)",
    "not an HDF5 file": "open(path, 'w').write('label,f1,f2,f3')",
    "an empty file": "open(path, 'w').close()",
  ]

  @Test func `is what the page says`() throws {
    let rows = try Self.kinds.map { name, python in
      try withTemporaryFolder { folder in
        FormatsPage.Row(name, try outcome(of: python, in: folder))
      }
    }
    let difference = try FormatsPage.difference(
      inSection: "Feature files",
      """
      Each row's file has twelve rows of a label and three features in `features`, except as the row says. Refused \
      files are not changed. Values that nothing can be learnt from (labels other than 1 and −1, NaN and infinity) are \
      refused by training, which names the row.
      """, rows)
    #expect(difference == nil)
  }

  private func outcome(of python: String, in folder: FilePath) throws -> String {
    let place = try Place(folder, for: tinyHOG)
    _ = try Python.run(
      """
      import h5py, numpy as np, os, shutil, sys
      path = sys.argv[1]
      rows = np.random.default_rng(1).integers(0, 8, (12, 4)) / 8; rows[:, 0] = [1, -1] * 6
      def write(data=None, name='features', path=path, libver=None, **kinds):
          with h5py.File(path, 'w', libver=libver) as db:
              db.create_dataset(name, data=rows if data is None else data, **kinds)
      \(python)
      """, [place.features.path.string])
    do {
      return "\(try place.features.trainingRows().labels.count) rows"
    } catch {
      let words = "\(error)".replacing(folder.string + "/", with: "").replacing(
        folder.string, with: "FOLDER")
      return "refused: “\(words)”"
    }
  }
}
