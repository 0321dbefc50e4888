internal import CHDF5
internal import SystemPackage

/// Checks for contents that the reader does not expect.
extension HDF5File {
  /// Whether the file holds nothing but these datasets, without attributes of their own, and these attributes.
  ///
  /// Copying the datasets would not preserve anything else: links of any kind, groups, named types, references,
  /// creation order, a user block.
  package func holdsOnly(datasets: [String], attributes: [String]) throws(HDF5Error) -> Bool {
    let creation = try Handle("read how the file was made", path) {
      H5Fget_create_plist(handle.id)
    }
    var block: hsize_t = 0
    var orders = (links: UInt32(0), attributes: UInt32(0))
    _ = try Library.call("read how the file was made", path) {
      unsafe H5Pget_userblock(creation.id, &block)
    }
    _ = try Library.call("read how the file was made", path) {
      unsafe H5Pget_link_creation_order(creation.id, &orders.links)
    }
    _ = try Library.call("read how the file was made", path) {
      unsafe H5Pget_attr_creation_order(creation.id, &orders.attributes)
    }
    guard block == 0, orders == (0, 0),
      try handle.attributeNames().allSatisfy(attributes.contains)
    else { return false }
    for name in try names() {
      guard datasets.contains(name), try isPlainDataset(name) else { return false }
    }
    return true
  }

  private func isPlainDataset(_ name: String) throws(HDF5Error) -> Bool {
    guard try link(name).type == H5L_TYPE_HARD else { return false }
    var object = chdf5_object()
    _ = try Library.call("look at \(name)", path) {
      unsafe chdf5_object_info(handle.id, name, &object)
    }
    return object.type == H5O_TYPE_DATASET && object.rc == 1 && object.num_attrs == 0
  }

  private func link(_ name: String) throws(HDF5Error) -> chdf5_link {
    var link = chdf5_link()
    _ = try Library.call("look at \(name)", path) {
      unsafe chdf5_link_info(handle.id, name, &link)
    }
    return link
  }

  /// Throws if a name is a dangling link.
  func checkLink(_ name: String) throws(HDF5Error) {
    let link = try link(name)
    guard link.type != H5L_TYPE_HARD else { return }
    do throws(HDF5Error) {
      _ = try Handle("follow \(name)", path) {
        unsafe H5Oopen(handle.id, name, chdf5_default())
      }
    } catch {
      guard error.code == nil || error.code == .noSuchFileOrDirectory else { throw error }
      var bytes = [CChar](repeating: 0, count: unsafe link.u.val_size + 1)
      _ = try Library.call("look at \(name)", path) {
        unsafe H5Lget_val(handle.id, name, &bytes, bytes.count, chdf5_default())
      }
      throw HDF5Error(
        path: path, "\(name) is a link to \(Self.target(bytes, link.type)), which does not exist",
        advice: "restore that, or remove the link")
    }
  }

  /// The target of a link, in words.
  private static func target(_ value: [CChar], _ type: H5L_type_t) -> String {
    let bytes = value.map(UInt8.init(bitPattern:))
    // The value of an external link is a byte of flags, the file and the name in it.
    let parts = bytes.dropFirst(type == H5L_TYPE_EXTERNAL ? 1 : 0)
      .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return parts.count > 1 ? "\(parts[1]) of \(parts[0])" : parts.first ?? "?"
  }
}

extension Handle {
  func attributeNames() throws(HDF5Error) -> [String] {
    try (0..<attributeCount()).map { index throws(HDF5Error) in
      let attribute = try attribute(at: index)
      let length = try Library.call("list the attributes", path) {
        H5Aget_name(attribute.id, 0, nil)
      }
      var bytes = [CChar](repeating: 0, count: length + 1)
      _ = try Library.call("list the attributes", path) {
        unsafe H5Aget_name(attribute.id, bytes.count, &bytes)
      }
      return String(decoding: bytes.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  private func attributeCount() throws(HDF5Error) -> hsize_t {
    var object = chdf5_object()
    _ = try Library.call("list the attributes", path) {
      unsafe chdf5_object_info(id, ".", &object)
    }
    return object.num_attrs
  }

  private func attribute(at index: hsize_t) throws(HDF5Error) -> Handle {
    try Handle("read an attribute", path) {
      unsafe H5Aopen_by_idx(
        id, ".", H5_INDEX_NAME, H5_ITER_INC, index, chdf5_default(), chdf5_default())
    }
  }

  /// Copies all attributes of this object to another object of the same file.
  func copyAttributes(to other: borrowing Handle) throws(HDF5Error) {
    for (index, name) in try attributeNames().enumerated() {
      let attribute = try attribute(at: hsize_t(index))
      let what = "copy the attribute \(name)"
      let type = try Handle(what, path) { H5Aget_type(attribute.id) }
      let space = try Handle(what, path) { H5Aget_space(attribute.id) }
      let creation = try Handle(what, path) { H5Aget_create_plist(attribute.id) }
      let count = try Library.call(what, path) { H5Sget_simple_extent_npoints(space.id) }
      let target = other.id
      let copy = try Handle(what, path) {
        unsafe H5Acreate2(target, name, type.id, space.id, creation.id, chdf5_default())
      }
      guard count > 0 else { continue }
      // Variable-length values are pointers to memory that the library allocates and reclaims.
      let values = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Int(count) * H5Tget_size(type.id), alignment: 16)
      defer { unsafe values.deallocate() }
      _ = try Library.call(what, path) { unsafe H5Aread(attribute.id, type.id, values.baseAddress) }
      defer {
        _ = unsafe H5Dvlen_reclaim(type.id, space.id, chdf5_default(), values.baseAddress)
      }
      _ = try Library.call(what, path) { unsafe H5Awrite(copy.id, type.id, values.baseAddress) }
    }
  }
}
