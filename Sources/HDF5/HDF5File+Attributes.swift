internal import CHDF5

/// The attributes of the file itself (of its root group).
extension HDF5File {
  /// 16 Mi, far more than any list or text stored as an attribute has.
  private static let longestAttribute = 1 << 24

  /// Reads the numbers of an attribute; an attribute that is a single number gives one.
  /// - Returns: nil if there is no such attribute.
  package func attribute<Number: HDF5Number>(_ name: String, as type: [Number].Type)
    throws(HDF5Error) -> [Number]?
  {
    guard let attribute = try openAttribute(name) else { return nil }
    let stored = try Handle("read the attribute \(name)", path) { H5Aget_type(attribute.id) }
    guard [H5T_INTEGER, H5T_FLOAT, H5T_ENUM].contains(H5Tget_class(stored.id)) else {
      throw HDF5Error(path: path, "the attribute \(name) is not a number")
    }
    let count = try count(of: attribute, name)
    guard count <= Self.longestAttribute else {
      throw HDF5Error(path: path, "the attribute \(name) claims \(count) numbers")
    }
    var numbers = [Number](repeating: .zero, count: count)
    guard count > 0 else { return numbers }
    _ = try Library.call("read the attribute \(name)", path) {
      unsafe H5Aread(attribute.id, Number.kind.memoryType, &numbers)
    }
    return numbers
  }

  /// Reads a single-number attribute.
  /// - Returns: nil if there is no such attribute.
  package func attribute<Number: HDF5Number>(_ name: String, as type: Number.Type)
    throws(HDF5Error) -> Number?
  {
    guard let numbers = try attribute(name, as: [Number].self) else { return nil }
    guard let number = numbers.first, numbers.count == 1 else {
      throw HDF5Error(
        path: path, "the attribute \(name) should be one number but has \(numbers.count)")
    }
    return number
  }

  /// Reads a text attribute, of fixed or variable length; h5py writes both.
  /// - Returns: nil if there is no such attribute.
  package func attribute(_ name: String, as type: String.Type) throws(HDF5Error) -> String? {
    guard let attribute = try openAttribute(name) else { return nil }
    let stored = try Handle("read the attribute \(name)", path) { H5Aget_type(attribute.id) }
    guard H5Tget_class(stored.id) == H5T_STRING else {
      throw HDF5Error(path: path, "the attribute \(name) is not text")
    }
    // The library writes as many texts as there are, wherever it is told to.
    let count = try count(of: attribute, name)
    guard count == 1 else {
      throw HDF5Error(path: path, "the attribute \(name) should be one text but has \(count)")
    }
    if H5Tis_variable_str(stored.id) > 0 {
      var text: UnsafeMutablePointer<CChar>?
      _ = try Library.call("read the attribute \(name)", path) {
        unsafe withUnsafeMutablePointer(to: &text) {
          unsafe H5Aread(attribute.id, stored.id, $0)
        }
      }
      guard let text = unsafe text else { return "" }
      defer { _ = unsafe H5free_memory(text) }
      return unsafe String(cString: text)
    }
    let size = H5Tget_size(stored.id)
    guard size <= Self.longestAttribute else {
      throw HDF5Error(path: path, "the attribute \(name) claims \(size) bytes of text")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    _ = try Library.call("read the attribute \(name)", path) {
      unsafe H5Aread(attribute.id, stored.id, &bytes)
    }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Sets an attribute to a list of numbers.
  package func setAttribute<Number: HDF5Number>(_ name: String, _ numbers: [Number])
    throws(HDF5Error)
  {
    let space = try Handle("describe the attribute \(name)", path) {
      unsafe H5Screate_simple(1, [hsize_t(numbers.count)], nil)
    }
    try putAttribute(name, type: Number.kind.fileType, space: space) {
      unsafe H5Awrite($0, Number.kind.memoryType, numbers)
    }
  }

  /// Sets an attribute to one number.
  package func setAttribute<Number: HDF5Number>(_ name: String, _ number: Number)
    throws(HDF5Error)
  {
    let space = try Handle("describe the attribute \(name)", path) { H5Screate(H5S_SCALAR) }
    try putAttribute(name, type: Number.kind.fileType, space: space) {
      unsafe H5Awrite($0, Number.kind.memoryType, [number])
    }
  }

  /// Sets an attribute to text: variable-length UTF-8, which h5py reads as `str`.
  package func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    let type = try Handle("describe the attribute \(name)", path) { H5Tcopy(chdf5_c_s1()) }
    _ = try Library.call("describe the attribute \(name)", path) {
      H5Tset_size(type.id, chdf5_variable())
    }
    _ = try Library.call("describe the attribute \(name)", path) {
      H5Tset_cset(type.id, H5T_CSET_UTF8)
    }
    let space = try Handle("describe the attribute \(name)", path) { H5Screate(H5S_SCALAR) }
    let id = type.id
    try putAttribute(name, type: id, space: space) { attribute in
      unsafe text.withCString { text in
        unsafe withUnsafePointer(to: text) { unsafe H5Awrite(attribute, id, $0) }
      }
    }
  }

  /// Sets an attribute to text: fixed-length UTF-8, which h5py reads as `bytes`.
  ///
  /// HDF5 protects fixed-length text with a checksum. Variable-length text has none, and if damaged can crash the
  /// process that reads it.
  package func setFixedAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    let bytes = Array(text.utf8) + [0]
    let type = try Handle("describe the attribute \(name)", path) { H5Tcopy(chdf5_c_s1()) }
    _ = try Library.call("describe the attribute \(name)", path) {
      H5Tset_size(type.id, bytes.count)
    }
    _ = try Library.call("describe the attribute \(name)", path) {
      H5Tset_cset(type.id, H5T_CSET_UTF8)
    }
    let space = try Handle("describe the attribute \(name)", path) { H5Screate(H5S_SCALAR) }
    let id = type.id
    try putAttribute(name, type: id, space: space) { unsafe H5Awrite($0, id, bytes) }
  }

  /// Removes an attribute, if there is one of this name.
  package func removeAttribute(_ name: String) throws(HDF5Error) {
    guard try hasAttribute(name) else { return }
    _ = try Library.call("remove the attribute \(name)", path) {
      unsafe H5Adelete(handle.id, name)
    }
  }

  private func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    try Library.call("look for the attribute \(name)", path) {
      unsafe H5Aexists(handle.id, name)
    } > 0
  }

  private func openAttribute(_ name: String) throws(HDF5Error) -> Handle? {
    guard try hasAttribute(name) else { return nil }
    return try Handle("read the attribute \(name)", path) {
      unsafe H5Aopen(handle.id, name, chdf5_default())
    }
  }

  /// How many numbers or texts an attribute has; none if its dataspace is null.
  private func count(of attribute: borrowing Handle, _ name: String) throws(HDF5Error) -> Int {
    let id = attribute.id
    let space = try Handle("read the attribute \(name)", path) { H5Aget_space(id) }
    return try Library.call("read the attribute \(name)", path) {
      Int(H5Sget_simple_extent_npoints(space.id))
    }
  }

  private func putAttribute(
    _ name: String, type: hid_t, space: borrowing Handle, write: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    try removeAttribute(name)
    let spaceID = space.id
    let attribute = try Handle("add the attribute \(name)", path) {
      unsafe H5Acreate2(handle.id, name, type, spaceID, chdf5_default(), chdf5_default())
    }
    let id = attribute.id
    _ = try Library.call("write the attribute \(name)", path) { write(id) }
  }
}
