internal import Corpus
internal import Detection
internal import Digest
internal import Durable
internal import Evaluation
internal import Files
package import Pictures
package import Settings
internal import SystemPackage

/// The lesson's first step: features of objects and of random windows without them.
package struct Extraction: Sendable {
  private let setup: Setup

  package init(_ setup: Setup) {
    self.setup = setup
  }

  package struct Report: Sendable, Encodable {
    package let positives: Int
    package let negatives: Int
    package let columns: Int
    /// What of the data set could not be used.
    package let leftOut: LeftOut
  }

  /// Writes `features` to the settings' HDF5 file; hard negatives in it stay.
  ///
  /// Without held-out pictures, the rows are those of the lesson's script for the same seed: the drawn objects in the order
  /// drawn, each followed by its mirror image with `use_flip`, then `num_distractions_per_image` windows of each drawn
  /// picture without the object.
  /// - Parameter isStrict: whether to refuse data of which something must be left out.
  package func run(isStrict: Bool = false, progress: ProgressHandler = { _ in }) throws -> Report {
    var random = PythonRandom(seed: setup.seed)
    let file = FeatureFile(setup.files.features, for: setup.hog)
    try file.checkHardNegatives()
    let leftOut = LeftOut()
    let memory = PictureMemory()
    let objects = try Objects(setup.objects, by: setup.reader, leftOut, memory)
    let drawn = try draw(from: objects, leftOut, &random)
    let positives =
      drawn.map(\.boxes.count).reduce(0, +) * setup.objects.rowsPerObject
    let negatives = setup.negatives.drawnCount * setup.negatives.windowsPerPicture
    try Durable.createFolder(setup.files.features.removingLastComponent())
    try file.writeFeatures(count: positives + negatives) { rows in
      var pictures = try describe(drawn, of: objects, &rows, progress)
      let surroundings = try surroundings(of: objects, drawn: pictures, memory)
      try describeRandomWindows(besides: surroundings, &random, &pictures, &rows, leftOut, progress)
      if isStrict { try leftOut.refuse() }
      return pictures
    }
    try ledger()?.noteDrawnFeatures()
    return Report(
      positives: positives, negatives: negatives, columns: setup.hog.featureCount,
      leftOut: leftOut)
  }

  /// The pictures whose objects become rows.
  private func draw(from objects: Objects, _ leftOut: LeftOut, _ random: inout PythonRandom) throws
    -> [AnnotatedPicture]
  {
    let drawn = objects.drawn(&random)
    guard objects.count > 0 else {
      let problem =
        leftOut.sentences.isEmpty
        ? "have no boxes; correct image_annotations"
        : "that can be used have no boxes; correct image_annotations, or what is left out:"
      throw NothingDrawn(
        "no objects: the annotations of the pictures in \(try setup.objects.images.get()) \(problem)",
        leftOut)
    }
    guard !drawn.isEmpty else {
      throw NothingDrawn(
        """
        no objects were chosen: percent_gt_images \(setup.objects.drawnShare) of the pictures with \(objects.count) objects \
        is none of them; raise it
        """, leftOut)
    }
    return drawn
  }

  /// Computes the rows of the drawn pictures' objects.
  /// - Returns: the pictures' contents.
  private func describe(
    _ drawn: [AnnotatedPicture], of objects: Objects, _ rows: inout FeatureRows,
    _ progress: ProgressHandler
  ) throws -> Set<SHA256Digest> {
    var pictures: Set<SHA256Digest> = []
    for (index, annotated) in drawn.enumerated() {
      let bytes = try PictureBytes(
        reading: annotated.path, maximumCount: setup.reader.maximumByteCount)
      pictures.insert(bytes.digest)
      let picture = try bytes.decoded(by: setup.reader)
      for box in annotated.boxes {
        try rows.append(
          label: 1, setup.objects.features(of: objects.window(of: box, in: picture)))
      }
      progress(TaskProgress(task: "pictures with objects", done: index + 1, total: drawn.count))
    }
    return pictures
  }

  /// The drawn pictures from which negatives may come, around their objects: none if the settings have no
  /// `object_clearance`.
  private func surroundings(
    of objects: Objects, drawn: Set<SHA256Digest>, _ memory: PictureMemory
  ) throws -> [NegativePicture] {
    guard let clearance = setup.objects.clearance else { return [] }
    let digests = try memory.digests(
      of: objects.pictures.map(\.path), by: setup.reader, LeftOut())
    let known = zip(objects.pictures, digests).compactMap { picture, digest in
      digest.map { (picture: picture, digest: $0, hasTaught: drawn.contains($0)) }
    }
    return try Surroundings(known, clearance: clearance, without: forgottenContents()).teaching
  }

  /// The ledger; nil if there is none yet.
  private func ledger() throws -> Ledger? {
    guard folderEntry(at: setup.files.ledger) != nil else { return nil }
    return try Ledger(setup.files.ledger)
  }

  /// What a person forgot; nothing if there is no ledger yet.
  private func forgottenContents() throws -> Set<SHA256Digest> {
    try ledger()?.forgottenContents() ?? []
  }

  /// - Parameters:
  ///   - surroundings: treated like pictures without the object, except for the objects.
  ///   - pictures: receives those that were drawn.
  ///   - leftOut: collects what cannot be used.
  private func describeRandomWindows(
    besides surroundings: [NegativePicture],
    _ random: inout PythonRandom, _ pictures: inout Set<SHA256Digest>, _ rows: inout FeatureRows,
    _ leftOut: LeftOut, _ progress: ProgressHandler
  ) throws {
    let hog = setup.hog
    guard setup.negatives.drawnCount > 0 else { return }
    let negativePictures =
      setup.negatives.isNeeded
      ? try NegativePictures(
        setup.negatives, by: setup.reader, leftOut, without: forgottenContents()
      ).teaching : []
    var scenes = negativePictures.map { NegativePicture($0) } + surroundings
    guard !scenes.isEmpty || setup.objects.clearance != nil else {
      throw NothingDrawn(
        """
        no picture in \(try setup.negatives.images.get()) is left to draw from: lower validation_share \
        \(setup.negatives.heldOutShare), or add pictures
        """, leftOut)
    }
    var described = 0
    while described < setup.negatives.drawnCount {
      guard !scenes.isEmpty else {
        throw NothingDrawn(try noRoom, leftOut)
      }
      let scene = random.choice(of: scenes)
      let read = try leftOut.unlessUnusable {
        let bytes = try PictureBytes(
          reading: scene.path, maximumCount: setup.reader.maximumByteCount)
        return (bytes.digest, try bytes.decoded(by: setup.reader))
      }
      guard let (digest, picture) = read,
        let corners = RandomWindows(hog.window, besides: scene.objects)
          .draw(setup.negatives.windowsPerPicture, in: picture.size, &random)
      else {
        scenes.removeAll { $0 == scene }
        continue
      }
      pictures.insert(digest)
      for corner in corners {
        try rows.append(label: -1, hog.features(of: picture, x: corner.x, y: corner.y))
      }
      described += 1
      progress(
        TaskProgress(
          task: "random windows without the object",
          done: described * setup.negatives.windowsPerPicture,
          total: setup.negatives.drawnCount * setup.negatives.windowsPerPicture))
    }
  }

  /// The message if no picture has room for a negative.
  private var noRoom: String {
    get throws {
      let window = "a window of \(setup.hog.window.width)×\(setup.hog.window.height) pixels"
      guard let clearance = setup.objects.clearance else {
        return
          "no picture in \(try setup.negatives.images.get()) holds \(window): add larger ones"
      }
      return
        "no picture has room for \(window) at least \(clearance) pixels away from its objects: lower object_clearance, "
        + "or name pictures without the object in image_distractions"
    }
  }
}

/// The data set has too little that could be drawn.
package struct NothingDrawn: Error, CustomStringConvertible {
  package let description: String

  init(_ what: String, _ leftOut: LeftOut) {
    description = ([what] + leftOut.sentences).joined(separator: "\n")
  }
}
