package import Files
package import SystemPackage

/// Decides which files of the inbox are complete, so that no half-written picture is mined.
///
/// A file is complete when it was moved into the folder, when it ends as a JPEG or PNG ends, or when it has not changed for
/// a while; unless somebody still has it open for writing. One that stays open forever is complete when it has such an end
/// and has not changed for a while. This remembers no more files than the last listing had.
package struct Settling: Sendable {
  /// How long a file must be unchanged if its end does not show that it is complete.
  package let quietTime: Duration

  private struct Watched {
    let entry: FolderEntry
    let since: ContinuousClock.Instant
    let hasEnd: Bool
  }

  /// Files that were seen and were not complete yet.
  private var unfinished: [FilePath: Watched] = [:]
  private var movedIn: Set<FilePath.Component> = []

  package init(quietTime: Duration) {
    self.quietTime = quietTime
  }

  /// Records that files were moved into the folder.
  package mutating func note(movedIn names: Set<FilePath.Component>) {
    movedIn.formUnion(names)
  }

  /// Picks complete files.
  /// - Parameters:
  ///   - files: the whole current listing of the inbox.
  ///   - limit: how many to pick at most.
  ///   - probe: inspects the files.
  /// - Returns: the first complete files, in the order of `files`, and when the next of the others will have
  /// been quiet for long enough; nil if there are none, or `limit` was reached.
  package mutating func pick(
    from files: [FolderEntry], limit: Int, now: ContinuousClock.Instant, probe: FileProbe = .disk
  ) -> (whole: [FolderEntry], nextLook: ContinuousClock.Instant?) {
    if files.isEmpty && unfinished.isEmpty && movedIn.isEmpty { return ([], nil) }
    var whole: [FolderEntry] = []
    var waiting: [FilePath: Watched] = [:]
    for file in files {
      if whole.count == limit {
        unfinished.merge(waiting) { $1 }
        return (whole, nil)
      }
      let known = unfinished[file.path].flatMap { $0.entry == file ? $0 : nil }
      let watched =
        known ?? Watched(entry: file, since: now, hasEnd: probe.hasPictureEnd(file.path))
      let isQuiet = now - watched.since >= quietTime
      // A file written since the listing counts as another file from here on: the next listing has it.
      if watched.hasEnd || isQuiet || isMovedIn(file),
        watched.hasEnd && isQuiet || !probe.isBeingWritten(file.path),
        probe.entry(file.path) == file
      {
        whole.append(file)
      } else {
        waiting[file.path] = watched
      }
    }
    unfinished = waiting
    movedIn = []
    // For a file that has been quiet long enough and is still open, its closing causes an event.
    return (whole, waiting.values.map { $0.since + quietTime }.filter { $0 > now }.min())
  }

  private func isMovedIn(_ file: FolderEntry) -> Bool {
    !movedIn.isEmpty && file.path.lastComponent.map(movedIn.contains) == true
  }
}
