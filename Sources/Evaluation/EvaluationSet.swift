internal import Annotations
package import Corpus
internal import Detection
internal import Digest
internal import Files
package import Pictures
package import Settings
package import SystemPackage

/// Pictures that measure a detector, because it has learnt from none of them.
package struct EvaluationSet: Sendable {
  /// Pictures that show objects, and where.
  package let annotated: [AnnotatedPicture]
  /// Pictures without the object.
  package let negatives: [FilePath]
  /// The pictures and annotations that could not be used; evaluating adds what it finds.
  package let leftOut: LeftOut
  /// All pictures of `image_dataset` that show objects, trained on or held out; empty for pictures that a person named.
  package let objects: [AnnotatedPicture]
  /// The settings' pictures without the object; nil for pictures that a person named, or if the settings have none.
  package let negativePictures: NegativePictures?
  /// The surroundings of the objects of `image_dataset`. A held-out picture among them also measures as one without the
  /// object.
  package let surroundings: Surroundings

  /// Any pictures.
  /// - Parameters:
  ///   - source: which class the object is.
  ///   - images: a folder of pictures with objects; nil if none.
  ///   - annotations: where their boxes are; nil: each picture is one object.
  ///   - negatives: a folder of pictures without the object, with its subfolders; nil if none.
  package init(
    _ source: ObjectSource, images: FilePath?, annotations: FilePath?, negatives: FilePath?,
    by reader: PictureReader
  ) throws {
    let leftOut = LeftOut()
    annotated =
      try images.map {
        try Objects(source, images: $0, annotations: annotations, by: reader, leftOut).pictures
      } ?? []
    self.negatives = try negatives.map { try listPictures(in: $0, leftOut) } ?? []
    self.leftOut = leftOut
    objects = []
    negativePictures = nil
    surroundings = .none
  }

  /// The settings' held-out pictures: pictures of `image_dataset`, `validation_share` of `image_distractions`, and what was
  /// held out of the inbox; nothing that has been learnt from.
  package init(
    heldOutOf objects: ObjectSource, _ negativePictures: NegativeSource, by reader: PictureReader,
    seed: Int, _ ledger: Ledger, _ features: FeatureFile, _ memory: PictureMemory
  ) throws {
    let leftOut = LeftOut()
    let taught = try TaughtPictures(ledger, features)
    let forgotten = try ledger.forgottenContents()
    let split =
      objects.images.value == nil
      ? nil
      : try AnnotatedSplit(
        objects, by: reader, seed: seed, taught, leftOut, memory, without: forgotten)
    annotated = split?.heldOut ?? []
    self.objects = split?.showing ?? []
    surroundings = split?.surroundings ?? .none
    self.negativePictures =
      negativePictures.images.value == nil
      ? nil
      : try NegativePictures(negativePictures, by: reader, leftOut, memory, without: forgotten)
    let heldOut = self.negativePictures?.heldOut ?? []
    let untaught = try zip(heldOut, memory.digests(of: heldOut, by: reader, leftOut)).filter {
      try $1.map(taught.contains) == false
    }
    negatives =
      try untaught.map(\.0) + Self.heldOutOfInbox(ledger, besides: Set(untaught.compactMap(\.1)))
    self.leftOut = leftOut
  }

  /// All of its pictures.
  package var paths: [FilePath] { annotated.map(\.path) + negatives }

  /// The objects to find, and the pictures in which misfires are counted.
  package var counts: (objects: Int, negatives: Int) {
    (annotated.map(\.boxes.count).reduce(0, +), negativeCount)
  }

  /// The number of pictures in which misfires are counted: those without the object, and those that measure beside their
  /// objects.
  package var negativeCount: Int { negatives.count + surroundings.heldOut.count }

  /// The annotated pictures in which misfires are counted as in those without the object.
  package var beside: Set<FilePath> { Set(surroundings.heldOut.map(\.path)) }

  /// - Parameter known: contents that are in the set already.
  private static func heldOutOfInbox(_ ledger: Ledger, besides known: Set<SHA256Digest>) throws
    -> [FilePath]
  {
    var paths: [FilePath] = []
    try ledger.forEachPage(of: .heldOut) { page in
      // A person may delete them.
      paths += page.filter { !known.contains($0.sha256) }.compactMap(\.kept)
        .filter { folderEntry(at: $0) != nil }
    }
    return paths
  }
}
