internal import Digest
internal import Foundation

/// Features as the ledger stores them: float32, little-endian, one after another.
enum FeatureBlob {
  static func data(_ features: ArraySlice<Float>) -> Data {
    unsafe features.withUnsafeBytes { unsafe Data($0) }
  }

  /// What identifies a row of features once they have left the ledger: the first eight bytes of their SHA-256.
  static func digest(_ features: [Float]) -> Int64 {
    var stream = SHA256Stream()
    stream.add(features)
    return stream.finish().bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }

  static func features(_ data: Data) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: data.count / MemoryLayout<Float>.stride) {
      $1 = unsafe data.copyBytes(to: $0) / MemoryLayout<Float>.stride
    }
  }
}
