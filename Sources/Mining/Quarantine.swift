package import Corpus
internal import Durable
package import Files
package import SystemPackage

/// The pictures that cannot be used, each with the reason beside it.
package struct Quarantine: Sendable {
  private let folder: FilePath

  package init(_ folder: FilePath) {
    self.folder = folder
  }

  package struct Picture: Sendable {
    package let file: FolderEntry
    /// Nil if there is no reason beside it, as beside a file that somebody put there.
    package let reason: String?
    /// When it was put there.
    package let since: FileTime
  }

  /// All of them, by name; none if the folder does not exist yet.
  package func pictures() throws -> [Picture] {
    try files().map { file in
      guard let note = Self.note(beside: file) else {
        return Picture(file: file, reason: nil, since: file.modified)
      }
      let reason = String(decoding: try note.path.firstBytes(1 << 12), as: UTF8.self)
      return Picture(file: file, reason: reason, since: note.modified)
    }
  }

  /// Those without a reason beside them.
  func unexplained() throws -> [FolderEntry] {
    try files().filter { Self.note(beside: $0) == nil }
  }

  private static func note(beside file: FolderEntry) -> FolderEntry? {
    folderEntry(at: file.path.reason).flatMap { $0.kind == .file ? $0 : nil }
  }

  /// How many there are.
  func count() throws -> Int { try files().count }

  private func files() throws -> [FolderEntry] {
    guard folderEntry(at: folder) != nil else { return [] }
    return try listFolder(folder).filter { $0.kind == .file && !$0.isReasonOrDraft }
  }

  /// Removes pictures and their reasons for good. Their content stays refused.
  ///
  /// Pictures that somebody has retried or replaced since are left alone.
  /// - Parameter removed: called now and then with the number dealt with.
  /// - Returns: those that were removed.
  /// - Throws: if one cannot be removed; no reason then remains without its picture.
  @discardableResult
  package func prune(_ pictures: [Picture], removed: (Int) -> Void = { _ in }) throws -> [Picture] {
    var pruned: [Picture] = []
    for start in stride(from: 0, to: pictures.count, by: 1_000) {
      let part = pictures[start..<min(start + 1_000, pictures.count)]
      let present = part.filter { folderEntry(at: $0.file.path) == $0.file }
      let failures = try Durable.removeEach(present.map(\.file.path))
      let gone = zip(present, failures).filter { $1 == nil }.map(\.0)
      // Reasons are removed last: a file left by a kill is known as ours by its reason.
      try Self.remove(gone.filter { $0.reason != nil }.map(\.file.path.reason))
      try Self.check(failures)
      pruned += gone
      removed(part.endIndex)
    }
    return pruned
  }

  /// Removes the reasons of pictures that are gone, as a kill leaves them: the next picture of that name would seem to have
  /// been here for as long.
  ///
  /// Other files of such a name stay. A reason is ours if it is what the ledger says about a picture that was here.
  /// - Parameter ledger: opens the ledger; it is called only if there are such files.
  package func removeOrphanedReasons(knownTo ledger: () throws -> Ledger) throws {
    guard folderEntry(at: folder) != nil else { return }
    let files = try listFolder(folder).filter { $0.kind == .file }
    let explained = Set(files.map(\.path.reason))
    let orphans = Dictionary(
      grouping: files.filter { $0.isReason && !explained.contains($0.firstPlaceOfReason) },
      by: \.firstPlaceOfReason)
    guard !orphans.isEmpty else { return }
    var own: Set<FilePath> = []
    try ledger().forEachPage(of: .quarantined) { pictures in
      for picture in pictures {
        // Looked for again: it may have come meanwhile.
        guard let place = picture.kept, let notes = orphans[place.reason],
          let words = picture.reason.map(reasonFile), folderEntry(at: place) == nil
        else { continue }
        for note in notes where note.byteCount == words.count {
          if try note.path.firstBytes(words.count) == words { own.insert(note.path) }
        }
      }
    }
    try Self.remove(Array(own))
  }

  /// Removes files that somebody else may remove at the same time.
  private static func remove(_ files: [FilePath]) throws {
    try check(Durable.removeEach(files))
  }

  private static func check(_ failures: [DurableError?]) throws {
    let failure = failures.lazy.compactMap(\.self).first { $0.code != .noSuchFileOrDirectory }
    if let failure { throw failure }
  }
}
