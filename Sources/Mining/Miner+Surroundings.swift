internal import Annotations
internal import Corpus
internal import Detection
package import Evaluation
package import Pictures
internal import Settings
internal import Synchronization

extension Miner {
  /// The surroundings of the objects of `image_dataset`; none if the settings have no `object_clearance`.
  /// - Parameter leftOut: collects what cannot be used.
  package func surroundings(_ leftOut: LeftOut) throws -> Surroundings {
    guard setup.objects.clearance != nil, setup.objects.images.value != nil else { return .none }
    return try AnnotatedSplit(
      setup.objects, by: setup.reader, seed: setup.seed, TaughtPictures(ledger, featureFile),
      leftOut,
      pictureMemory, without: ledger.forgottenContents()
    ).surroundings
  }
}

/// The surroundings of objects, looked up when the first picture needs them: most pictures are not in `image_dataset`.
package final class AwaitedSurroundings: Sendable {
  private let miner: Miner
  private let known = Mutex<Surroundings?>(nil)

  init(of miner: Miner) {
    self.miner = miner
  }

  /// - Returns: nothing if the annotations cannot be used; extracting and training say why.
  /// - Throws: if the machine fails.
  package func get() throws -> Surroundings {
    try known.withLock { known in
      if let known { return known }
      let read = try surroundings()
      known = read
      return read
    }
  }

  private func surroundings() throws -> Surroundings {
    do {
      return try miner.surroundings(LeftOut())
    } catch  where error is AnnotationError || error is ClassNotChosen || error is NoPictures {
      return .none
    }
  }
}
