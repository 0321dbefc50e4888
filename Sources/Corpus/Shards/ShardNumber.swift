package import Digest
internal import Text

/// The part of all pictures that a task mines: those whose content falls to number `index` of `count`.
package struct ShardNumber: Hashable, Sendable, CustomStringConvertible {
  /// In 0..<count.
  package let index: Int
  /// At least 1.
  package let count: Int

  /// With more, the names would no longer sort.
  package static let mostShards = 1_000_000

  /// - Returns: nil unless `count` is in 1...mostShards, and `index` below it.
  package init?(_ index: Int, of count: Int) {
    guard (1...Self.mostShards).contains(count), (0..<count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Whether the picture of this content is one of these. By its last bytes, because its first decide what is held out.
  package func contains(_ digest: SHA256Digest) -> Bool {
    let trailing = digest.bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return trailing % UInt64(count) == UInt64(index)
  }

  /// "3/16"
  package var description: String { "\(index)/\(count)" }

  /// "shard-003-of-016": of equal length in one mining, so that they are listed in their order.
  package var name: String {
    let digits = String(count)
    let number = String(index)
    return "shard-" + String(repeating: "0", count: digits.count - number.count) + number + "-of-"
      + digits
  }
}
