internal import CHDF5
package import SystemPackage

/// Rows of a dataset in another file. A virtual dataset consists of these.
package struct HDF5Source: Hashable, Sendable {
  /// The other file, relative to the folder of the virtual dataset's file.
  package let file: FilePath
  package let dataset: String
  package let rowCount: Int

  package init(file: FilePath, dataset: String, rowCount: Int) {
    self.file = file
    self.dataset = dataset
    self.rowCount = rowCount
  }
}

extension HDF5File {
  /// Creates a virtual dataset: its rows are those of datasets in other files, one after another. It replaces any
  /// dataset of that name but keeps its attributes.
  ///
  /// If a file is missing, the library reads its rows as fill values (NaN for floating-point kinds) and reports no
  /// error.
  /// - Parameters:
  ///   - columnCount: nil for a dataset of one dimension.
  ///   - kind: the kind of numbers in those files.
  package func createVirtualDataset(
    _ name: String, kind: HDF5NumberKind, columnCount: Int?, over sources: [HDF5Source]
  ) throws(HDF5Error) {
    let rowCount = sources.reduce(0) { $0 + $1.rowCount }
    let columns = columnCount.map { [$0] } ?? []
    _ = try HDF5Dataset.create(name, kind: kind, shape: [rowCount] + columns, in: self) {
      creation throws(HDF5Error) in
      let what = "prepare \(name)"
      if kind.isReal {
        _ = try Library.call(what, path) {
          var nothing = Double.nan
          return unsafe H5Pset_fill_value(creation, chdf5_native_double(), &nothing)
        }
      }
      var first = 0
      for source in sources where source.rowCount > 0 {
        let space = try HDF5Dataset.space([rowCount] + columns, path)
        let other = try HDF5Dataset.space([source.rowCount] + columns, path)
        let start = [first, 0].map(hsize_t.init)
        let size = ([source.rowCount] + columns).map(hsize_t.init)
        _ = try Library.call(what, path) {
          unsafe H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, size, nil)
        }
        _ = try Library.call(what, path) {
          unsafe source.file.escaped.withPlatformString {
            unsafe H5Pset_virtual(creation, space.id, $0, source.dataset, other.id)
          }
        }
        first += source.rowCount
      }
    }
  }
}

extension HDF5Dataset {
  /// The kind of the dataset's numbers, or the smallest kind that holds them.
  package func kind() throws(HDF5Error) -> HDF5NumberKind {
    let type = try Handle("read the type of \(name)", path) { H5Dget_type(handle.id) }
    let size = H5Tget_size(type.id)
    return H5Tget_class(type.id) == H5T_FLOAT
      ? size > 4 ? .float64 : .float32 : size > 1 ? .int64 : .uint8
  }

  /// The sources of a virtual dataset, in row order; nil if the dataset stores its own numbers.
  /// - Throws: if the dataset is mapped in any way that `createVirtualDataset` does not produce.
  package func sources() throws(HDF5Error) -> [HDF5Source]? {
    let what = "read what \(name) is made of"
    let creation = try Handle(what, path) { H5Dget_create_plist(handle.id) }
    guard H5Pget_layout(creation.id) == H5D_VIRTUAL else { return nil }
    var count = 0
    _ = try Library.call(what, path) { unsafe H5Pget_virtual_count(creation.id, &count) }
    var first = 0
    return try (0..<count).map { index throws(HDF5Error) in
      let file = try unsafe name(of: index, what) {
        unsafe H5Pget_virtual_filename(creation.id, index, $0, $1)
      }
      let dataset = try unsafe name(of: index, what) {
        unsafe H5Pget_virtual_dsetname(creation.id, index, $0, $1)
      }
      let space = try Handle(what, path) { H5Pget_virtual_vspace(creation.id, index) }
      var (start, end) = ([hsize_t](repeating: 0, count: 2), [hsize_t](repeating: 0, count: 2))
      _ = try Library.call(what, path) { unsafe H5Sget_select_bounds(space.id, &start, &end) }
      guard start[0] == first, end[0] >= start[0], end[0] < rowCount, start[1] == 0,
        shape.count == 1 || end[1] == columnCount - 1
      else {
        throw HDF5Error(path: path, "\(name) consists of pieces that are not consecutive rows")
      }
      let rows = Int(end[0] - start[0]) + 1
      first += rows
      return HDF5Source(
        file: FilePath(platformString: file).unescaped,
        dataset: String(decoding: dataset.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self),
        rowCount: rows)
    }
  }

  private func name(
    of index: Int, _ what: String, _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(HDF5Error) -> [CChar] {
    let length = try Library.call(what, path) { get(nil, 0) }
    var bytes = [CChar](repeating: 0, count: length + 1)
    _ = try Library.call(what, path) { unsafe get(&bytes, bytes.count) }
    return bytes
  }
}

// The library reads % in a source's name as the start of a pattern, and %% as a literal %.
extension FilePath {
  fileprivate var escaped: FilePath { replacing([percent], with: [percent, percent]) }
  fileprivate var unescaped: FilePath { replacing([percent, percent], with: [percent]) }

  private var percent: CChar { CChar(UInt8(ascii: "%")) }

  private func replacing(_ old: [CChar], with new: [CChar]) -> FilePath {
    let bytes = unsafe withPlatformString {
      unsafe Array(UnsafeBufferPointer(start: $0, count: length))
    }
    return FilePath(platformString: bytes.replacing(old, with: new) + [0])
  }
}
