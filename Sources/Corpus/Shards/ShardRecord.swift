internal import Detection
internal import Digest
internal import SystemPackage

/// Bytes of one picture in a shard's draft: whole numbers of 8 bytes, little-endian, and texts with their lengths before them.
struct ShardRecord {
  private(set) var bytes: [UInt8] = []

  init(_ picture: ShardPicture) {
    add(picture.path.bytes)
    add(picture.digest?.bytes ?? [])
    add(picture.byteCount)
    add(picture.outcome.rawValue)
    add(Array(picture.reason.utf8))
    add(picture.windows)
    add(picture.nanoseconds)
    add(picture.hardNegatives.count)
    for found in picture.hardNegatives {
      for number in [found.box.x0, found.box.y0, found.box.x1, found.box.y1, found.layer] {
        add(number)
      }
      add(Int(bitPattern: UInt(found.margin.bitPattern)))
      add(Int(bitPattern: UInt(found.probability.bitPattern)))
      add(found.isSetAside ? 1 : 0)
    }
    unsafe picture.features.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func add(_ number: Int) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private mutating func add(_ text: [UInt8]) {
    add(text.count)
    bytes += text
  }
}

extension ShardPicture {
  /// - Returns: nil if these are not the bytes of a picture.
  init?(record: [UInt8], featureCount: Int) {
    var reading = RecordReading(bytes: record)
    guard let path = reading.text().flatMap({ FilePath(bytes: $0) }), let digest = reading.text(),
      let byteCount = reading.number(), let outcome = reading.number().flatMap(Outcome.init),
      let reason = reading.text(), let windows = reading.number(),
      let nanoseconds = reading.number(), let count = reading.number(),
      count >= 0, count <= record.count
    else { return nil }
    var hardNegatives: [HardNegative] = []
    for _ in 0..<count {
      let numbers = (0..<8).compactMap { _ in reading.number() }
      guard numbers.count == 8 else { return nil }
      hardNegatives.append(
        HardNegative(
          box: Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3]),
          layer: numbers[4], margin: Double(bitPattern: UInt64(UInt(bitPattern: numbers[5]))),
          probability: Double(bitPattern: UInt64(UInt(bitPattern: numbers[6]))),
          isSetAside: numbers[7] != 0))
    }
    guard let features = reading.floats(count * featureCount), reading.isAtEnd else { return nil }
    self.init(
      path: path, digest: SHA256Digest(bytes: Array(digest)), byteCount: byteCount,
      outcome: outcome, reason: String(decoding: reason, as: UTF8.self), windows: windows,
      nanoseconds: nanoseconds, hardNegatives: hardNegatives, features: features)
  }
}

private struct RecordReading {
  let bytes: [UInt8]
  private var next = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { next == bytes.count }

  mutating func number() -> Int? {
    guard bytes.count - next >= 8 else { return nil }
    defer { next += 8 }
    return (0..<8).reduce(0) { $0 | Int(bytes[next + $1]) << (8 * $1) }
  }

  mutating func text() -> ArraySlice<UInt8>? {
    guard let count = number(), count >= 0, count <= bytes.count - next else { return nil }
    defer { next += count }
    return bytes[next..<(next + count)]
  }

  mutating func floats(_ count: Int) -> [Float]? {
    let byteCount = count * MemoryLayout<Float>.stride
    guard byteCount <= bytes.count - next else { return nil }
    defer { next += byteCount }
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(
        from: bytes[next..<(next + byteCount)])
      initialized = count
    }
  }
}
