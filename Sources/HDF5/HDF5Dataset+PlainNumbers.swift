internal import CHDF5
internal import Glibc
internal import SystemPackage

/// The numbers of a dataset stored contiguously and in the machine's own format, so that `pread` can read them.
///
/// Several threads can read at once, while the HDF5 library makes one call at a time, and no library buffer is
/// involved.
struct PlainNumbers: Sendable {
  private let path: FilePath
  private let name: String
  /// The library's descriptor, open for as long as the dataset is.
  private let file: FileDescriptor
  private let offset: Int64

  private static let size = MemoryLayout<Float>.stride
  /// The most pieces that one `preadv` accepts (IOV_MAX).
  private static let pieceLimit = 1_024

  /// - Returns: nil if only the library can read the dataset.
  init?(_ dataset: borrowing Handle, _ name: String) throws(HDF5Error) {
    let path = dataset.path
    let id = dataset.id
    let what = "look where \(name) lies"
    let type = try Handle(what, path) { H5Dget_type(id) }
    let creation = try Handle(what, path) { H5Dget_create_plist(id) }
    let isPlain = try Library.call(what, path) {
      H5Tequal(type.id, chdf5_native_float()) > 0 && H5Pget_layout(creation.id) == H5D_CONTIGUOUS
        && H5Pget_external_count(creation.id) == 0 ? 1 : 0
    }
    guard isPlain == 1 else { return nil }
    let file = try Handle(what, path) { H5Iget_file_id(id) }
    let access = try Handle(what, path) { H5Fget_access_plist(file.id) }
    let creationOfFile = try Handle(what, path) { H5Fget_create_plist(file.id) }
    var (intent, block) = (UInt32(0), hsize_t(0))
    _ = try Library.call(what, path) { unsafe H5Fget_intent(file.id, &intent) }
    _ = try Library.call(what, path) { unsafe H5Pget_userblock(creationOfFile.id, &block) }
    let isOfSystem = try Library.call(what, path) {
      H5Pget_driver(access.id) == chdf5_sec2() ? 1 : 0
    }
    // In a file open for writing, some data can still be in the library's memory.
    guard intent == chdf5_read_only(), block == 0, isOfSystem == 1 else { return nil }
    // No data starts at offset 0, so 0 means that nothing was ever written.
    offset = try Library.call(what, path) { Int64(exactly: H5Dget_offset(id)) ?? 0 }
    guard offset > 0 else { return nil }
    var pointer: UnsafeMutableRawPointer?
    _ = try Library.call(what, path) {
      unsafe H5Fget_vfd_handle(file.id, chdf5_default(), &pointer)
    }
    guard let number = unsafe pointer?.load(as: Int32.self) else { return nil }
    self.file = FileDescriptor(rawValue: number)
    self.path = path
    self.name = name
  }

  /// Reads some rows, all columns or some, in row-major order.
  /// - Parameter width: the number of columns of the dataset.
  func read(
    into numbers: UnsafeMutableBufferPointer<Float>, rows: Range<Int>, columns: Range<Int>,
    width: Int
  ) throws(HDF5Error) {
    if columns.count == width || rows.count == 1 {
      let place = rows.lowerBound * width + columns.lowerBound
      return try unsafe fill(UnsafeMutableRawBufferPointer(numbers), from: place)
    }
    let gap = width - columns.count
    func place(of row: Int) -> Int { (rows.lowerBound + row) * width + columns.lowerBound }
    func part(_ own: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
      unsafe UnsafeMutableBufferPointer(
        rebasing: numbers[(own.lowerBound * columns.count)..<(own.upperBound * columns.count)])
    }
    func readByRow(_ own: Range<Int>) throws(HDF5Error) {
      for row in own {
        try unsafe fill(UnsafeMutableRawBufferPointer(part(row..<(row + 1))), from: place(of: row))
      }
    }
    guard gap <= 16 else { return try readByRow(0..<rows.count) }
    // Read the columns in the gap too, and discard them.
    var first = 0
    while first < rows.count {
      let own = first..<min(first + Self.pieceLimit / 2, rows.count)
      if try unsafe !scatter(part(own), own.count, columns.count, gap: gap, from: place(of: first))
      {
        try readByRow(own)
      }
      first = own.upperBound
    }
  }

  /// Reads `count` rows of `width` numbers, each `gap` numbers after the last, in one call.
  /// - Returns: whether all rows were read.
  private func scatter(
    _ numbers: UnsafeMutableBufferPointer<Float>, _ count: Int, _ width: Int, gap: Int,
    from place: Int
  ) throws(HDF5Error) -> Bool {
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: gap) { forgotten in
      var pieces: [iovec] = unsafe []
      unsafe pieces.reserveCapacity(2 * count)
      for row in 0..<count {
        unsafe pieces.append(
          iovec(
            iov_base: numbers.baseAddress! + row * width, iov_len: width * Self.size))
        if row + 1 < count {
          unsafe pieces.append(
            iovec(iov_base: forgotten.baseAddress!, iov_len: gap * Self.size))
        }
      }
      let wanted = (count * width + (count - 1) * gap) * Self.size
      let read = unsafe preadv(
        file.rawValue, pieces, Int32(pieces.count), Int(offset) + place * Self.size)
      // If this failed, reading row by row reports the cause.
      return read == wanted
    }
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer, from place: Int) throws(HDF5Error) {
    var done = 0
    while done < bytes.count {
      let count: Int
      do {
        count = try unsafe file.read(
          fromAbsoluteOffset: offset + Int64(place * Self.size + done),
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[done...]))
      } catch {
        throw HDF5Error(path: path, call: "read \(name)", code: error as? Errno ?? .ioError)
      }
      // The file is shorter than the library reports.
      guard count > 0 else { throw HDF5Error(path: path, "cannot read \(name): it is cut short") }
      done += count
    }
  }
}
