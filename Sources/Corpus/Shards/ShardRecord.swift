internal import Detection
internal import Digest
internal import Files
internal import SystemPackage

extension ByteRecord {
  /// The bytes of one picture in a shard's draft.
  init(_ picture: ShardPicture) {
    self.init()
    add(text: picture.path.bytes)
    add(text: picture.digest?.bytes ?? [])
    add(picture.byteCount)
    add(picture.outcome.rawValue)
    add(text: Array(picture.reason.utf8))
    add(picture.windows)
    add(picture.nanoseconds)
    add(picture.hardNegatives.count)
    for found in picture.hardNegatives {
      for number in [found.box.x0, found.box.y0, found.box.x1, found.box.y1, found.layer] {
        add(number)
      }
      add(found.margin)
      add(found.probability)
      add(found.isSetAside ? 1 : 0)
    }
    add(bytes: unsafe picture.features.withUnsafeBytes { unsafe Array($0) })
  }
}

extension ShardPicture {
  /// - Returns: nil if these are not the bytes of a picture.
  init?(record: [UInt8], featureCount: Int) {
    var reading = ByteRecordReading(record)
    guard let path = reading.text().flatMap({ FilePath(bytes: $0) }), let digest = reading.text(),
      let byteCount = reading.number(), let outcome = reading.number().flatMap(Outcome.init),
      let reason = reading.text(), let windows = reading.number(),
      let nanoseconds = reading.number(), let count = reading.count(of: 8 * 8)
    else { return nil }
    var hardNegatives: [HardNegative] = []
    for _ in 0..<count {
      let numbers = (0..<5).compactMap { _ in reading.number() }
      guard numbers.count == 5, let margin = reading.real(), let probability = reading.real(),
        let isSetAside = reading.number()
      else { return nil }
      hardNegatives.append(
        HardNegative(
          box: Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3]),
          layer: numbers[4], margin: margin, probability: probability,
          isSetAside: isSetAside != 0))
    }
    guard let features = reading.floats(count * featureCount), reading.isAtEnd else { return nil }
    self.init(
      path: path, digest: SHA256Digest(bytes: Array(digest)), byteCount: byteCount,
      outcome: outcome, reason: String(decoding: reason, as: UTF8.self), windows: windows,
      nanoseconds: nanoseconds, hardNegatives: hardNegatives, features: features)
    guard isPossible else { return nil }
  }
}

extension ShardPicture {
  /// The values that a count may have: the ledger can read back no others.
  static let counts = 0...1 << 48

  /// Whether the ledger can read back all of its numbers: a sound shard has no others.
  var isPossible: Bool {
    [byteCount, windows, nanoseconds].allSatisfy(Self.counts.contains)
      && hardNegatives.allSatisfy(\.isPossible)
  }
}

extension HardNegative {
  /// Whether the ledger can read back all of its numbers.
  var isPossible: Bool {
    let limit = 1 << 31
    return [box.x0, box.y0, box.x1, box.y1].allSatisfy { -limit < $0 && $0 < limit }
      && ShardPicture.counts.contains(layer) && margin.isFinite && (0...1).contains(probability)
  }
}

extension ByteRecordReading {
  fileprivate mutating func floats(_ count: Int) -> [Float]? {
    guard let bytes = take(count * MemoryLayout<Float>.stride) else { return nil }
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      initialized = count
    }
  }
}
