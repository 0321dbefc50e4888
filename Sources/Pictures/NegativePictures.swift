internal import Detection
package import Digest
package import Settings
package import SystemPackage

/// The settings' pictures without the object, split into those that teach and those that measure. Forgotten pictures
/// do neither.
package struct NegativePictures {
  /// Pictures that can be drawn from and mined.
  package let teaching: [FilePath]
  /// Pictures held out by their content: never trained on, never mined.
  package let heldOut: [FilePath]

  /// - Parameters:
  ///   - source: `image_distractions`.
  ///   - leftOut: collects what cannot be used.
  ///   - forgotten: the digests of pictures to skip.
  package init(
    _ source: NegativeSource, by reader: PictureReader, _ leftOut: LeftOut,
    _ memory: PictureMemory = PictureMemory(),
    without forgotten: Set<SHA256Digest>
  ) throws {
    let pictures = try listPictures(in: source.images.get(), leftOut)
    let share = HeldOutShare(source.heldOutShare)
    // If nothing is held out or forgotten, no picture needs to be read.
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
