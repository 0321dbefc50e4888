public import Corpus
public import SystemPackage

/// A hard negative that looks so much like the object that a person should say what it is.
public struct DoubtedWindow: Sendable, Identifiable {
  /// Names it for `review`.
  public let id: HardNegativeRecord.ID
  /// Where the picture is; nil where it was not kept.
  public let picture: FilePath?
  public let hardNegative: HardNegative
}

extension Miner {
  /// The hard negatives that wait for a person, the most confident first.
  public func doubtedWindows() throws -> [DoubtedWindow] {
    try ledger.setAside(limit: .max).map { image, record in
      DoubtedWindow(id: record.id, picture: image.kept, hardNegative: record.hardNegative)
    }
  }

  /// Ends a doubted window's wait.
  /// - Parameter isObject: whether it shows the object: it is kept out for good then, and trained on
  ///   as a hard negative otherwise.
  /// - Returns: false where no window of this id waits.
  public func review(_ id: DoubtedWindow.ID, isObject: Bool) throws -> Bool {
    try ledger.review(id, accept: !isObject)
  }
}
