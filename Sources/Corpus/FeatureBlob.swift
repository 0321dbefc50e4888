internal import Foundation

/// Features as the ledger stores them: float32, little-endian, one after another.
enum FeatureBlob {
  static func data(_ features: ArraySlice<Float>) -> Data {
    unsafe features.withUnsafeBytes { unsafe Data($0) }
  }

  static func features(_ data: Data) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: data.count / MemoryLayout<Float>.stride) {
      $1 = unsafe data.copyBytes(to: $0) / MemoryLayout<Float>.stride
    }
  }
}
