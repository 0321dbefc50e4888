internal import Corpus
internal import Detection
package import Digest
package import Pictures
package import Settings
internal import SystemPackage

/// The annotated pictures of `image_dataset`, split into those trained on and those that measure detectors.
package struct AnnotatedSplit {
  /// All that show objects.
  package let showing: [AnnotatedPicture]
  /// No detector has learnt from these.
  package let heldOut: [AnnotatedPicture]
  /// The surroundings of the objects; none if the settings have no `object_clearance`.
  package let surroundings: Surroundings

  /// - Parameters:
  ///   - seed: for drawing again if the feature file does not say what was drawn.
  ///   - leftOut: collects what cannot be used.
  ///   - forgotten: contents whose surroundings neither teach nor measure.
  package init(
    _ source: ObjectSource, by reader: PictureReader, seed: Int, _ taught: TaughtPictures,
    _ leftOut: LeftOut, _ memory: PictureMemory, without forgotten: Set<SHA256Digest>
  ) throws {
    let all = try Objects(source, by: reader, leftOut, memory)
    // If the file does not say what was drawn, it is drawn again.
    var random = PythonRandom(seed: seed)
    let redrawn = Set(taught.drawn == nil ? all.drawn(&random).map(\.path) : [])
    let digests = try memory.digests(of: all.pictures.map(\.path), by: reader, leftOut)
    let known = try zip(all.pictures, digests).compactMap { picture, digest in
      try digest.map { digest in
        let hasTaught = try redrawn.contains(picture.path) || taught.contains(digest)
        return (picture: picture, digest: digest, hasTaught: hasTaught)
      }
    }
    showing = all.pictures.filter { !$0.boxes.isEmpty }
    heldOut = known.filter { !$0.hasTaught }.map(\.picture)
    surroundings =
      source.clearance.map { Surroundings(known, clearance: $0, without: forgotten) }
      ?? .none
  }
}
