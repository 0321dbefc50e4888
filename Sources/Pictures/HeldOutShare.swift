package import Digest

/// Selects the pictures without the object that measure a detector instead of teaching it.
///
/// The choice depends only on a picture's content, so it survives restarts, renames and copies, and is the same on
/// every machine.
package struct HeldOutShare: Sendable, Equatable {
  /// The fraction of all pictures that is held out, in 0...1.
  package let share: Double

  package init(_ share: Double) {
    precondition((0...1).contains(share), "a share is in 0...1, not \(share)")
    self.share = share
  }

  /// Whether the picture with this digest is held out.
  package func contains(_ digest: SHA256Digest) -> Bool {
    let leading = digest.bytes.prefix(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(leading) < share * 0x1p56
  }
}
