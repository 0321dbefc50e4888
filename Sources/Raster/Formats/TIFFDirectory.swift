/// The first directory of a TIFF file.
///
/// The file begins with "II" (little-endian) or "MM" (big-endian), 42, and the directory's offset. The directory is the
/// number of its entries (two bytes), then the entries: tag, type, count, and the values, or their offset if they take
/// more than four bytes. BigTIFF has 43 instead of 42, eight bytes instead of four, and an eight-byte number of entries.
///
/// - SeeAlso: TIFF 6.0, section 2.
struct TIFFDirectory {
  private let source: ByteSource
  private let start: Int
  private let isBigEndian: Bool
  private let isBig: Bool
  private let entries: Int
  private let entryCount: Int

  /// - Parameter start: the offset of the TIFF file in `source`.
  init?(_ source: ByteSource, at start: Int = 0) {
    self.source = source
    self.start = start
    isBigEndian = source.matches("MM", at: start)
    guard isBigEndian || source.matches("II", at: start) else { return nil }
    let number = { [isBigEndian] (offset: Int, byteCount: Int) in
      source.number(at: start + offset, byteCount: byteCount, bigEndian: isBigEndian)
    }
    guard let version = number(2, 2), version == 42 || version == 43 else { return nil }
    isBig = version == 43
    guard let directory = isBig ? number(8, 8) : number(4, 4), directory <= source.count,
      let count = number(directory, isBig ? 8 : 2)
    else { return nil }
    entries = directory + (isBig ? 8 : 2)
    // A file cannot hold more entries than this, whatever the directory claims.
    entryCount = min(count, source.count / (isBig ? 20 : 12))
  }

  /// The first value of an integer tag.
  func value(of tag: Int) -> Int? { values(of: tag, limit: 1)?.first }

  func has(_ tag: Int) -> Bool { entry(of: tag) != nil }

  /// The values of an integer tag; nil if the tag is missing, or if some values are beyond the end of the file.
  func values(of tag: Int, limit: Int = .max) -> [Int]? {
    guard let entry = entry(of: tag), let type = number(at: entry + 2, byteCount: 2),
      let count = number(at: entry + 4, byteCount: isBig ? 8 : 4),
      let byteCount = [1: 1, 3: 2, 4: 4, 13: 4, 16: 8][type], count <= source.count
    else { return nil }
    let field = entry + (isBig ? 12 : 8)
    let fieldCount = isBig ? 8 : 4
    let isInline = count * byteCount <= fieldCount
    guard let first = isInline ? field : number(at: field, byteCount: fieldCount),
      first <= source.count
    else { return nil }
    var values: [Int] = []
    for index in 0..<min(count, limit) {
      guard let value = number(at: first + index * byteCount, byteCount: byteCount) else {
        return nil
      }
      values.append(value)
    }
    return values
  }

  private func entry(of tag: Int) -> Int? {
    let entrySize = isBig ? 20 : 12
    for index in 0..<entryCount {
      let entry = entries + index * entrySize
      guard let found = number(at: entry, byteCount: 2) else { return nil }
      if found == tag { return entry }
    }
    return nil
  }

  private func number(at offset: Int, byteCount: Int) -> Int? {
    source.number(at: start + offset, byteCount: byteCount, bigEndian: isBigEndian)
  }
}
