internal import Detection
package import Digest
package import Settings
package import SystemPackage

/// The settings' pictures without the object, split into those that teach and those that measure; what a person
/// had forgotten does neither.
package struct Distractions {
  /// May be drawn from and mined.
  package let teaching: [FilePath]
  /// Held out by their content: never drawn from, never mined.
  package let measuring: [FilePath]

  /// - Parameters:
  ///   - source: `image_distractions`.
  ///   - leftOut: hears of what cannot be used.
  ///   - forgotten: contents that are passed over.
  package init(
    _ source: NegativeSource, by reader: PictureReader, _ leftOut: LeftOut,
    _ memory: PictureMemory = PictureMemory(),
    without forgotten: Set<SHA256Digest>
  ) throws {
    let pictures = try listPictures(in: source.images.get(), leftOut)
    let heldOut = HeldOutShare(source.heldOutShare)
    // Nothing to read where nothing is held out.
    guard heldOut.share > 0 || !forgotten.isEmpty else {
      (teaching, measuring) = (pictures, [])
      return
    }
    let digests = try memory.digests(of: pictures, by: reader, leftOut)
    let known = zip(pictures, digests).compactMap { path, digest in
      digest.flatMap { forgotten.contains($0) ? nil : (path: path, digest: $0) }
    }
    teaching = known.filter { !heldOut.contains($0.digest) }.map(\.path)
    measuring = known.filter { heldOut.contains($0.digest) }.map(\.path)
  }
}
