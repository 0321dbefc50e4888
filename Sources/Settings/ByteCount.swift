/// A size in bytes as people write it: "64 KiB", "2 GB", "1.5GiB".
struct ByteCount {
  let bytes: Int

  /// Unit names and their sizes in bytes, as in IEC 80000-13.
  private static let units: [(name: String, bytes: Double)] = [
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12),
    ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40), ("b", 1),
  ]

  /// - Returns: nil if `text` is not a number with a unit, or amounts to less than one byte.
  init?(_ text: String) {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let name = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Double(digits), let unit = Self.units.first(where: { $0.name == name }),
      let bytes = Int(exactly: (number * unit.bytes).rounded(.down)), bytes > 0
    else { return nil }
    self.bytes = bytes
  }
}
