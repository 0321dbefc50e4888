internal import Detection
internal import Durable
internal import Files
package import Foundation
internal import Glibc
internal import HDF5
internal import SystemPackage

/// How segments stay few: neighbours of similar size are merged.
extension FeatureFile {
  /// Held while segments are merged, or merged ones removed.
  var mergeLockPath: FilePath { place.sibling(".segments.lock") }

  /// Merges some neighbouring segments if that is due, and removes those that nobody has needed for a while.
  ///
  /// Seals and readers need not wait. An interrupted merge leaves a file that the next removes.
  /// - Parameters:
  ///   - now: the wall clock's time, for comparison with the ages of files.
  ///   - progress: called for each written part; it may throw to abort the merge.
  /// - Throws: `FileLock.Held` if another process is merging, or writing the file.
  package func mergeSegments(
    now: Date = .now, progress: () throws -> Void = {}
  ) throws -> Merging {
    guard segmentFolder.isFolder else { return .done }
    return try advising {
      try FileLock.holding(mergeLockPath, waiting: false) {
        if try mergeAlone(progress) { return .merged }
        return try FileLock.holding(lockPath, waiting: false) {
          try removeUnused(now) ? .done : .keeping
        }
      }
    }
  }

  /// The result of merging segments.
  package enum Merging: Sendable {
    /// Some were merged, and there may be more.
    case merged
    /// Merged files are still there for readers, and must be removed later.
    case keeping
    case done
  }

  private func mergeAlone(_ progress: () throws -> Void) throws -> Bool {
    // A draft reserves the number while nobody else takes one: a file with a segment's name is complete.
    let plan = try FileLock.holding(lockPath, waiting: false) {
      () throws -> (run: [Segment], file: FilePath)? in
      guard let layout = try layout(), let run = try dueForMerging(layout) else { return nil }
      let file = try newSegmentFile()
      try Durable.makeFile(
        path(of: file).sibling(".\(FilePath.draftExtension)"),
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      return (Array(layout.hardNegatives[run]), file)
    }
    guard let (run, file) = plan else { return false }
    let merged = try writeSegment(
      file, of: run.map { Piece(segment: $0, rows: [0..<$0.rowCount]) }, progress: progress)
    return try FileLock.holding(lockPath) {
      guard var layout = try layout(),
        let first = layout.hardNegatives.firstIndex(of: run[0]),
        layout.hardNegatives[first...].starts(with: run)
      else { return false }
      layout.hardNegatives.replaceSubrange(first..<(first + run.count), with: [merged])
      try write(layout, summary())
      FaultPoint.reach(.segmentsMerged)
      return true
    }
  }

  /// The segments to merge next; nil if they are few.
  ///
  /// As with digits of a number in base three: three of similar size at the end become one, with all smaller ones after or
  /// between them. So each row is rewritten as often as the number has digits.
  func dueForMerging(_ layout: Layout) throws -> Range<Int>? {
    // `features` may be large, and stay where they are until they are drawn again.
    let carriers = Set(layout.drawn.values.map(\.file))
    let segments = layout.hardNegatives
    let first = segments.lastIndex { carriers.contains($0.file) }.map { $0 + 1 } ?? 0
    let levels = segments[first...].map { level(byteCount: $0.rowCount * rowBytes) }
    for level in Set(levels).sorted() {
      let tail = levels.reversed().prefix { $0 <= level }
      if tail.count(where: { $0 == level }) >= 3 {
        return (segments.count - tail.count)..<segments.count
      }
    }
    if segments.count - first > limits.count {
      let smallest = (first..<(segments.count - 1)).min {
        segments[$0].rowCount + segments[$0 + 1].rowCount
          < segments[$1].rowCount + segments[$1 + 1].rowCount
      }
      return smallest.map { $0..<($0 + 2) }
    }
    // A former plain file holds `features` from before they were drawn again.
    return segments.indices.dropFirst(first).first { index in
      let byteCount = path(of: segments[index]).fileSize ?? 0
      return byteCount > 2 * segments[index].rowCount * rowBytes + max(limits.leastBytes, 64 << 10)
    }.map { $0..<($0 + 1) }
  }

  private func level(byteCount: Int) -> Int {
    var (level, bound) = (0, limits.leastBytes)
    while bound <= byteCount, level < 64 { (level, bound) = (level + 1, bound * 3) }
    return level
  }

  /// Removes the segments that the file no longer names, once readers have had their time, and interrupted drafts.
  /// - Returns: whether none of them is left.
  private func removeUnused(_ now: Date) throws -> Bool {
    // Another file may have replaced the one that names them: that one may come back.
    guard try layout() != nil else { return true }
    let used = try namedSegments()
    var isEmpty = true
    for (_, file) in try segmentNumbers().sorted(by: { $0.key < $1.key })
    where !used.contains(file.path) {
      let age = Int(now.timeIntervalSince1970) - file.modified.seconds
      if age < 0 {
        // From another clock.
        try Durable.touch(file.path)
        isEmpty = false
      } else if .seconds(age) >= limits.grace {
        try Durable.remove(file.path)
        FaultPoint.reach(.segmentRemoved)
      } else {
        isEmpty = false
      }
    }
    let drafts = try listFolder(segmentFolder).filter {
      $0.path.extension == FilePath.draftExtension && $0.kind == .file
    }
    if !drafts.isEmpty { try Durable.remove(drafts.map(\.path)) }
    return isEmpty
  }
}
