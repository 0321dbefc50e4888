/// Bytes put together from whole numbers of 8 bytes, little-endian, and texts with their lengths before them.
package struct ByteRecord: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func add(_ number: Int) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Adds a number by its bits, so that every value comes back as it was.
  package mutating func add(_ number: Double) {
    add(Int(truncatingIfNeeded: number.bitPattern))
  }

  package mutating func add(text: [UInt8]) {
    add(text.count)
    add(bytes: text)
  }

  /// Adds bytes whose number the reader knows.
  package mutating func add(bytes more: [UInt8]) {
    bytes += more
  }
}

/// Reads the bytes of a `ByteRecord`; each method returns nil if they end too early.
package struct ByteRecordReading: Sendable {
  private let bytes: [UInt8]
  private var next = 0

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var isAtEnd: Bool { next == bytes.count }

  package mutating func number() -> Int? {
    take(8)?.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  package mutating func real() -> Double? {
    number().map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }
  }

  /// A number of items that are still to come; nil also if the bytes cannot hold them.
  /// - Parameter size: the fewest bytes that an item takes, at least 1.
  package mutating func count(of size: Int) -> Int? {
    guard let count = number(), count >= 0, count <= (bytes.count - next) / size else { return nil }
    return count
  }

  package mutating func text() -> ArraySlice<UInt8>? {
    count(of: 1).flatMap { take($0) }
  }

  /// - Parameter count: how many bytes, at least 0.
  package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - next else { return nil }
    defer { next += count }
    return bytes[next..<(next + count)]
  }
}
