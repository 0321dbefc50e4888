public import SystemPackage

/// Decides which files of the inbox are whole, so that nobody's half-written picture is mined.
///
/// A file is whole when it was moved into the folder, when it ends as a JPEG or PNG ends, or when it has not
/// changed for a while. It keeps no more than the last listing did.
public struct Settling: Sendable {
  /// For how long a file must be unchanged that does not show by its end that it is whole.
  public let quietTime: Duration

  private struct Watched {
    let entry: FolderEntry
    let since: ContinuousClock.Instant
  }

  /// Files that were seen and were not whole yet.
  private var unfinished: [FilePath: Watched] = [:]
  private var movedIn: Set<FilePath.Component> = []

  public init(quietTime: Duration) {
    self.quietTime = quietTime
  }

  /// Takes note that files were moved into the folder.
  public mutating func note(movedIn names: Set<FilePath.Component>) {
    movedIn.formUnion(names)
  }

  /// Picks files that are whole.
  /// - Parameters:
  ///   - files: the inbox as it is listed now, all of it.
  ///   - limit: how many to pick at most.
  /// - Returns: the first whole files, in the order of `files`, and when the first of the others will have
  ///   been quiet for long enough; nil where there are none, or `limit` was reached.
  public mutating func pick(
    from files: [FolderEntry], limit: Int, now: ContinuousClock.Instant
  ) -> (whole: [FolderEntry], nextLook: ContinuousClock.Instant?) {
    var whole: [FolderEntry] = []
    var waiting: [FilePath: Watched] = [:]
    for file in files {
      if whole.count == limit {
        unfinished.merge(waiting) { $1 }
        return (whole, nil)
      }
      let known = unfinished[file.path]
      let watched = known?.entry == file ? known! : Watched(entry: file, since: now)
      if file.path.lastComponent.map(movedIn.contains) == true
        || now - watched.since >= quietTime
        || known?.entry != file && hasPictureEnd(file.path)
      {
        whole.append(file)
      } else {
        waiting[file.path] = watched
      }
    }
    unfinished = waiting
    movedIn = []
    return (whole, waiting.values.map { $0.since + quietTime }.min())
  }
}
