internal import Annotations
internal import Corpus
internal import Detection
public import Settings
public import SystemPackage

/// Pictures that measure a detector, because none of them has taught it.
public struct EvaluationSet: Sendable {
  /// Pictures that show objects, and where.
  let annotated: [AnnotatedPicture]
  /// Pictures without the object.
  let negatives: [FilePath]

  struct AnnotatedPicture: Sendable {
    let path: FilePath
    let boxes: [Box]
  }

  /// Any pictures.
  /// - Parameters:
  ///   - images: a folder of pictures with objects; nil: none.
  ///   - annotations: where their boxes are; nil: each picture is one object.
  ///   - negatives: a folder of pictures without the object, with its subfolders; nil: none.
  public init(
    images: FilePath?, annotations: FilePath?, negatives: FilePath?, settings: Settings
  ) throws {
    annotated =
      try images.map {
        try Objects(images: $0, annotations: annotations, settings: settings).pictures
      } ?? []
    self.negatives = try negatives.map { try listPictures(in: $0, recursive: true) } ?? []
  }

  /// What the settings hold out: pictures of `image_dataset` of which nothing was drawn for
  /// training, `validation_share` of `image_distractions`, and what was held out of the inbox.
  init(heldOutBy settings: Settings, _ ledger: Ledger, _ memory: PictureMemory) throws {
    if settings.imageDataset == nil {
      annotated = []
    } else {
      let objects = try Objects(settings, memory)
      var random = PythonRandom(seed: settings.randomSeed)
      let drawn = Set(objects.drawn(&random).map(\.picture))
      annotated = objects.pictures.filter { !drawn.contains($0.path) }
    }
    let distractions =
      settings.imageDistractions == nil ? [] : try Distractions(settings, memory).measuring
    negatives = distractions + (try Self.heldOutOfInbox(ledger))
  }

  private static func heldOutOfInbox(_ ledger: Ledger) throws -> [FilePath] {
    var paths: [FilePath] = []
    var last: ImageRecord.ID = 0
    while case let page = try ledger.images(.heldOut, after: last), let end = page.last {
      paths += page.compactMap(\.kept)
      last = end.id
    }
    return paths
  }
}
