internal import CHDF5
package import SystemPackage

/// An open dataset of numbers with one or two dimensions. With one, each row is a single number.
package struct HDF5Dataset: ~Copyable, Sendable {
  let handle: Handle
  package let name: String
  /// The size of each dimension.
  package let shape: [Int]
  private let plain: PlainNumbers?

  package var path: FilePath { handle.path }
  package var rowCount: Int { shape[0] }
  package var columnCount: Int { shape.count > 1 ? shape[1] : 1 }

  private init(
    _ handle: consuming Handle, _ name: String, _ shape: [Int], _ plain: PlainNumbers? = nil
  ) {
    self.plain = plain
    self.handle = handle
    self.name = name
    self.shape = shape
  }

  /// More numbers than this, of any kind, can take more bytes than an `Int` counts.
  private static let maximumNumberCount = 1 << 60

  static func open(_ name: String, in file: borrowing HDF5File) throws(HDF5Error) -> HDF5Dataset {
    let id = file.handle.id
    let path = file.path
    guard try file.contains(name) else {
      throw HDF5Error(path: path, "it has no dataset \(name)")
    }
    try file.checkLink(name)
    let handle = try Handle("open \(name)", path) { unsafe H5Dopen2(id, name, chdf5_default()) }
    let shape = try shape(of: handle, name)
    let type = try Handle("read the type of \(name)", path) { H5Dget_type(handle.id) }
    guard shape.count == 1 || shape.count == 2,
      [H5T_INTEGER, H5T_FLOAT, H5T_ENUM].contains(H5Tget_class(type.id))
    else {
      throw HDF5Error(path: path, "\(name) is not a table of numbers")
    }
    let plain = try PlainNumbers(handle, name)
    return HDF5Dataset(handle, name, shape, plain)
  }

  /// Creates a dataset, replacing any other of that name but keeping its attributes.
  /// - Parameter prepare: adds to the creation property list.
  static func create(
    _ name: String, kind: HDF5NumberKind, shape: [Int], in file: borrowing HDF5File,
    _ prepare: (_ creation: hid_t) throws(HDF5Error) -> Void = { _ throws(HDF5Error) in }
  ) throws(HDF5Error) -> HDF5Dataset {
    precondition(shape.count == 1 || shape.count == 2, "\(name) cannot have the shape \(shape)")
    let id = file.handle.id
    let path = file.path
    let space = try space(shape, path)
    let creation = try Handle("prepare \(name)", path) { H5Pcreate(chdf5_dataset_create()) }
    // Store no timestamps, so that the same numbers make the same bytes.
    _ = try Library.call("prepare \(name)", path) { H5Pset_obj_track_times(creation.id, false) }
    try prepare(creation.id)
    func make() throws(HDF5Error) -> HDF5Dataset {
      let handle = try Handle("create \(name)", path) {
        unsafe H5Dcreate2(
          id, name, kind.fileType, space.id, chdf5_default(), creation.id, chdf5_default())
      }
      return HDF5Dataset(handle, name, shape)
    }
    guard try file.contains(name) else { return try make() }
    let old = try open(name, in: file)
    try file.remove(name)
    let new = try make()
    try old.handle.copyAttributes(to: new.handle)
    return new
  }

  /// Reads some rows, all columns or some, in row-major order.
  /// - Precondition: the rows and columns are within the dataset.
  package func read<Number: HDF5Number>(
    _ type: Number.Type, rows: Range<Int>, columns: Range<Int>? = nil
  ) throws(HDF5Error) -> [Number] {
    var numbers = [Number](
      repeating: .zero, count: rows.count * (columns?.count ?? columnCount))
    var span = numbers.mutableSpan
    try read(into: &span, rows: rows, columns: columns)
    return numbers
  }

  /// Reads some rows, all columns or some, in row-major order, into existing memory.
  /// - Parameter offset: the index in `numbers` for the first number.
  /// - Precondition: the rows and columns are within the dataset, and the numbers fit into `numbers` from `offset`
  ///   on.
  package func read<Number: HDF5Number>(
    into numbers: inout MutableSpan<Number>, at offset: Int = 0, rows: Range<Int>,
    columns: Range<Int>? = nil
  ) throws(HDF5Error) {
    let count = rows.count * (columns?.count ?? columnCount)
    precondition(
      offset >= 0 && offset + count <= numbers.count,
      "\(count) numbers at \(offset) of \(numbers.count)")
    if let plain, Number.kind == .float32 {
      let columns = columns ?? 0..<columnCount
      checkPlace(rows: rows, columns: columns)
      return try unsafe numbers.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        let part = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[
            (offset * MemoryLayout<Number>.stride)..<((offset + count) * MemoryLayout<Number>.stride)
          ])
        try unsafe plain.read(
          into: part.assumingMemoryBound(to: Float.self), rows: rows, columns: columns,
          width: columnCount)
      }
    }
    guard let selection = try selection(rows: rows, columns: columns) else { return }
    do throws(HDF5Error) {
      try unsafe numbers.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        _ = try Library.call("read \(name)", path) {
          unsafe H5Dread(
            handle.id, Number.kind.memoryType, selection.memory.id, selection.file.id,
            chdf5_default(), buffer.baseAddress! + offset)
        }
      }
    } catch {
      // The library's message names a plug-in folder, not the missing filter.
      throw try missingFilter() ?? error
    }
  }

  /// Writes whole rows from `numbers`, in row-major order.
  /// - Precondition: the rows are within the dataset, and `numbers` has exactly as many numbers.
  package func write<Number: HDF5Number>(_ numbers: [Number], rows: Range<Int>) throws(HDF5Error) {
    precondition(
      numbers.count == rows.count * columnCount,
      "\(numbers.count) numbers for \(rows.count) rows of \(columnCount)")
    guard let selection = try selection(rows: rows, columns: nil) else { return }
    try unsafe numbers.withUnsafeBufferPointer { buffer throws(HDF5Error) in
      _ = try Library.call("write \(name)", path) {
        unsafe H5Dwrite(
          handle.id, Number.kind.memoryType, selection.memory.id, selection.file.id,
          chdf5_default(), buffer.baseAddress!)
      }
    }
  }

  /// A part of the dataset, and a memory space of the same size.
  private struct Selection: ~Copyable {
    let file: Handle
    let memory: Handle
  }

  /// - Returns: nil if the part is empty.
  private func selection(rows: Range<Int>, columns: Range<Int>?) throws(HDF5Error)
    -> Selection?
  {
    let columns = columns ?? 0..<columnCount
    checkPlace(rows: rows, columns: columns)
    let count = rows.count * columns.count
    guard count > 0 else { return nil }
    let file = try Handle("select rows of \(name)", path) { H5Dget_space(handle.id) }
    let start = [hsize_t(rows.lowerBound), hsize_t(columns.lowerBound)]
    let size = [hsize_t(rows.count), hsize_t(columns.count)]
    _ = try Library.call("select rows of \(name)", path) {
      // With one dimension, HDF5 reads only the first element of each array.
      unsafe H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, size, nil)
    }
    return Selection(file: file, memory: try Self.space([count], path))
  }

  private func checkPlace(rows: Range<Int>, columns: Range<Int>) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount && columns.lowerBound >= 0
        && columns.upperBound <= columnCount,
      "rows \(rows) and columns \(columns) of \(name), whose shape is \(shape)")
  }

  static func space(_ shape: [Int], _ path: FilePath) throws(HDF5Error) -> Handle {
    try Handle("describe the shape \(shape)", path) {
      unsafe H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
    }
  }

  private static func shape(of dataset: borrowing Handle, _ name: String) throws(HDF5Error)
    -> [Int]
  {
    let id = dataset.id
    let space = try Handle("read the shape of \(name)", dataset.path) { H5Dget_space(id) }
    let rank = try Library.call("read the shape of \(name)", dataset.path) {
      H5Sget_simple_extent_ndims(space.id)
    }
    var sizes = [hsize_t](repeating: 0, count: Int(rank))
    _ = try Library.call("read the shape of \(name)", dataset.path) {
      unsafe H5Sget_simple_extent_dims(space.id, &sizes, nil)
    }
    var numberCount = 1
    for size in sizes {
      let (product, overflow) = numberCount.multipliedReportingOverflow(by: Int(clamping: size))
      guard !overflow, product <= maximumNumberCount else {
        throw HDF5Error(path: dataset.path, "\(name) claims more numbers than fit in memory")
      }
      numberCount = product
    }
    return sizes.map { Int(clamping: $0) }
  }
}
