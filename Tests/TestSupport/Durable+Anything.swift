package import Durable
package import SystemPackage

/// Lets tests overwrite files of any kind.
extension Durable {
  package static func write(_ bytes: some Sequence<UInt8>, to target: FilePath) throws {
    try write(bytes, to: target, as: .anything)
  }

  package static func replace(
    _ target: FilePath, size: Int = 0, writing write: (_ draft: FilePath) throws -> Void
  ) throws {
    try replace(target, as: .anything, size: size, writing: write)
  }
}
