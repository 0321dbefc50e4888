internal import Detection
package import Digest
package import Settings
package import SystemPackage

/// The settings' pictures without the object, split into those that teach and those that measure; forgotten ones do
/// neither.
package struct NegativePictures {
  /// May be drawn from and mined.
  package let teaching: [FilePath]
  /// Held out by their content: never trained on, never mined.
  package let heldOut: [FilePath]

  /// - Parameters:
  ///   - source: `image_distractions`.
  ///   - leftOut: collects what cannot be used.
  ///   - forgotten: contents that are skipped.
  package init(
    _ source: NegativeSource, by reader: PictureReader, _ leftOut: LeftOut,
    _ memory: PictureMemory = PictureMemory(),
    without forgotten: Set<SHA256Digest>
  ) throws {
    let pictures = try listPictures(in: source.images.get(), leftOut)
    let share = HeldOutShare(source.heldOutShare)
    // Nothing to read where nothing is held out.
    guard share.share > 0 || !forgotten.isEmpty else {
      (teaching, heldOut) = (pictures, [])
      return
    }
    let digests = try memory.digests(of: pictures, by: reader, leftOut)
    let known = zip(pictures, digests).compactMap { path, digest in
      digest.flatMap { forgotten.contains($0) ? nil : (path: path, digest: $0) }
    }
    teaching = known.filter { !share.contains($0.digest) }.map(\.path)
    heldOut = known.filter { share.contains($0.digest) }.map(\.path)
  }
}
