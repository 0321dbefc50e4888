internal import CHDF5
package import SystemPackage

/// An open HDF5 file.
///
/// Files are written once, as a whole, and only read afterwards. The library's file locks are off: no file that is
/// read here is ever changed in place, and a reader elsewhere must not block anyone.
package struct HDF5File: ~Copyable, Sendable {
  let handle: Handle

  package var path: FilePath { handle.path }

  /// Opens a file for reading.
  /// - Throws: `HDF5Error`, also for a truncated file or one that is not HDF5.
  package init(reading path: FilePath) throws(HDF5Error) {
    // The library does not distinguish an unreadable file from a damaged one.
    do {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec]).close()
    } catch {
      throw HDF5Error(path: path, notReadable: error as? Errno ?? .ioError)
    }
    let access = try Self.access(path)
    handle = try Handle("open the HDF5 file", path) {
      unsafe path.withPlatformString { unsafe H5Fopen($0, chdf5_read_only(), access.id) }
    }
  }

  /// Creates a file for writing, overwriting any existing one.
  package init(creating path: FilePath) throws(HDF5Error) {
    let access = try Self.access(path)
    let creation = try Handle("prepare the HDF5 file", path) { H5Pcreate(chdf5_file_create()) }
    // Store no timestamps, so that the same numbers make the same bytes.
    _ = try Library.call("prepare the HDF5 file", path) {
      H5Pset_obj_track_times(creation.id, false)
    }
    handle = try Handle("create the HDF5 file", path) {
      unsafe path.withPlatformString {
        unsafe H5Fcreate($0, chdf5_truncate(), creation.id, access.id)
      }
    }
  }

  /// Opens a draft for changes; nobody else reads it.
  package init(changing draft: FilePath) throws(HDF5Error) {
    let access = try Self.access(draft)
    // Blocks that the library reserves for more data would remain as holes.
    _ = try Library.call("prepare the HDF5 file", draft) { H5Pset_meta_block_size(access.id, 0) }
    _ = try Library.call("prepare the HDF5 file", draft) {
      H5Pset_small_data_block_size(access.id, 0)
    }
    handle = try Handle("open the HDF5 file", draft) {
      unsafe draft.withPlatformString { unsafe H5Fopen($0, chdf5_read_write(), access.id) }
    }
  }

  private static func access(_ path: FilePath) throws(HDF5Error) -> Handle {
    let access = try Handle("prepare the HDF5 file", path) { H5Pcreate(chdf5_file_access()) }
    _ = try Library.call("switch file locks off", path) {
      H5Pset_file_locking(access.id, false, true)
    }
    // The format of HDF5 1.8 has checksums over everything but the numbers.
    _ = try Library.call("choose the format", path) {
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V110)
    }
    return access
  }

  /// Writes out what is still in memory and closes the file. Only then is the file complete.
  package consuming func close() throws(HDF5Error) {
    let id = handle.id
    _ = try Library.call("write the HDF5 file", path) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
  }

  /// Whether the file has a dataset or group of this name.
  package func contains(_ name: String) throws(HDF5Error) -> Bool {
    try Library.call("look for \(name)", path) {
      unsafe H5Lexists(handle.id, name, chdf5_default())
    } > 0
  }

  /// The names of all top-level datasets and groups, in alphabetical order.
  package func names() throws(HDF5Error) -> [String] {
    var group = H5G_info_t()
    _ = try Library.call("list the datasets", path) { unsafe H5Gget_info(handle.id, &group) }
    return try (0..<group.nlinks).map { index throws(HDF5Error) in
      try name(at: index)
    }
  }

  private func name(at index: hsize_t) throws(HDF5Error) -> String {
    // Called twice: for the length, then for the bytes and the terminating zero.
    let length = try Library.call("list the datasets", path) {
      unsafe H5Lget_name_by_idx(
        handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, chdf5_default())
    }
    var bytes = [CChar](repeating: 0, count: length + 1)
    _ = try Library.call("list the datasets", path) {
      unsafe H5Lget_name_by_idx(
        handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &bytes, bytes.count, chdf5_default())
    }
    return String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Removes a name from the file, and its object if no other name refers to it.
  package func remove(_ name: String) throws(HDF5Error) {
    _ = try Library.call("remove \(name)", path) {
      unsafe H5Ldelete(handle.id, name, chdf5_default())
    }
  }

  /// Opens a dataset.
  package func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset.open(name, in: self)
  }

  /// Creates a zero-filled dataset of one or two dimensions and fixed size. It replaces any dataset of that name but
  /// keeps its attributes.
  package func createDataset<Number: HDF5Number>(
    _ name: String, of type: Number.Type, shape: [Int]
  ) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset.create(name, kind: Number.kind, shape: shape, in: self)
  }

  /// Copies a dataset or group unchanged, with its own number type, into another file.
  package func copy(_ name: String, to other: borrowing HDF5File) throws(HDF5Error) {
    let target = other.handle.id
    _ = try Library.call("copy \(name) to \(other.path)", path) {
      unsafe H5Ocopy(handle.id, name, target, name, chdf5_default(), chdf5_default())
    }
  }
}
