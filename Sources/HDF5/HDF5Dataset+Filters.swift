internal import CHDF5

extension HDF5Dataset {
  /// An error that names the filter this library lacks to read the dataset; nil if it has all of them.
  func missingFilter() throws(HDF5Error) -> HDF5Error? {
    let creation = try Handle("read how \(name) was made", path) { H5Dget_create_plist(handle.id) }
    let count = try Library.call("read how \(name) was made", path) {
      H5Pget_nfilters(creation.id)
    }
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 64)
      let number = try Library.call("read how \(self.name) was made", path) {
        var (flags, settings, valueCount) = (UInt32(0), UInt32(0), 0)
        return unsafe H5Pget_filter2(
          creation.id, index, &flags, &valueCount, nil, name.count - 1, &name, &settings)
      }
      // Looking for a plug-in can fail, which also means that the filter is not available.
      let isThere: Bool
      do throws(HDF5Error) {
        isThere = try Library.call("look for a filter", path) { H5Zfilter_avail(number) } > 0
      } catch {
        isThere = false
      }
      guard !isThere else { continue }
      let text = String(
        decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      let filter = Self.filterNames[number] ?? (text.isEmpty ? "number \(number)" : text)
      return HDF5Error(
        path: path,
        "\(self.name) was written with the filter \(filter), which is not installed here",
        advice: """
          run `h5repack -f NONE \(path) NEW.hdf5` where that filter is installed, and use NEW.hdf5
          """)
    }
    return nil
  }

  /// The registered filters in common use: https://github.com/HDFGroup/hdf5_plugins.
  private static var filterNames: [H5Z_filter_t: String] {
    [
      4: "szip", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
      32013: "zfp", 32015: "zstd", 32026: "blosc2",
    ]
  }
}
