package import Corpus
internal import Settings
internal import SystemPackage

extension Miner {
  /// The id of the ledger's last image; 0 before the first.
  package func lastImage() throws -> ImageRecord.ID { try ledger.lastImage() }

  /// What became of the pictures that came after an image, as the ledger knows it: for a log that could not tell.
  ///
  /// Those that a person forgot since are left out.
  package func reports(after image: ImageRecord.ID) throws -> [PictureReport] {
    try ledger.images(after: image).compactMap { record in
      let fate: PictureFate
      switch record.state {
      case .mined: fate = .mined
      case .heldOut: fate = .heldOut
      case .quarantined: fate = record.fateOnReturn
      case .forgotten: return nil
      }
      return PictureReport(
        picture: setup.folders.inbox.appending(record.name), fate: fate, sha256: record.sha256,
        windows: record.windows,
        new: try ledger.hardNegatives(ofImage: record.id).map(\.hardNegative),
        generation: record.generation, duration: .zero, sinceTraining: 0)
    }
  }
}
