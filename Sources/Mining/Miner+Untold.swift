package import Corpus
internal import Settings
internal import SystemPackage

extension Miner {
  /// The id of the ledger's last picture; 0 before the first.
  package func lastPicture() throws -> PictureRecord.ID { try ledger.lastPicture() }

  /// The outcome of the pictures that came after an picture, as the ledger records it: for a log that could not report it.
  ///
  /// Those forgotten since are left out.
  package func reports(after picture: PictureRecord.ID) throws -> [PictureReport] {
    try ledger.pictures(after: picture).compactMap { record in
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
        new: try ledger.hardNegatives(ofPicture: record.id).map(\.hardNegative),
        generation: record.generation, duration: .zero, sinceTraining: 0)
    }
  }
}
