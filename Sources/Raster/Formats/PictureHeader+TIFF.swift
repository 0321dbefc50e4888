/// TIFF: only the first picture counts. Its pixels are in strips or tiles, whose offsets and lengths are in the directory.
extension PictureHeader {
  static func isTIFF(_ source: ByteSource) -> Bool {
    [
      [0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a], [0x49, 0x49, 0x2b, 0x00],
      [0x4d, 0x4d, 0x00, 0x2b],
    ].contains { source.starts(with: $0) }
  }

  init?(tiff source: ByteSource) {
    guard let directory = TIFFDirectory(source), let width = directory.value(of: 0x100),
      let height = directory.value(of: 0x101)
    else { return nil }
    let offsets = directory.values(of: 0x111) ?? directory.values(of: 0x144)
    let lengths = directory.values(of: 0x117) ?? directory.values(of: 0x145)
    self.init(
      format: .tiff, width: width, height: height,
      isComplete: Self.areInside(source, offsets, lengths))
    if Self.isRaw(source, directory) { objection = .rawFile }
  }

  /// Whether all strips or tiles are inside the file. If the directory has no lengths, libtiff works them out.
  private static func areInside(_ source: ByteSource, _ offsets: [Int]?, _ lengths: [Int]?) -> Bool
  {
    guard let offsets, let last = offsets.max(), last <= source.count else { return false }
    guard let lengths else { return true }
    return zip(offsets, lengths).allSatisfy { offset, length in
      length <= source.count && offset + length <= source.count
    }
  }

  /// The raw files of Canon, Nikon and others are TIFF files whose first picture is a preview.
  private static func isRaw(_ source: ByteSource, _ directory: TIFFDirectory) -> Bool {
    let (dngVersion, newSubfileType, subdirectories) = (0xc612, 0xfe, 0x14a)
    let isPreview = directory.value(of: newSubfileType).map { $0 & 1 == 1 } ?? false
    // Canon's directory begins behind "CR", the version 2.0 and an offset, so these are not pixels.
    let isCR2 = source.littleEndian32(at: 4) == 16 && source.matches("CR\u{2}\0", at: 8)
    return isCR2 || directory.has(dngVersion) || isPreview && directory.has(subdirectories)
  }
}
