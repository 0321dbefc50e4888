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
  /// - Parameter removed: called now and then with the number removed.
  package func prune(_ pictures: [Picture], removed: (Int) -> Void = { _ in }) throws {
    for start in stride(from: 0, to: pictures.count, by: 1_000) {
      let part = pictures[start..<min(start + 1_000, pictures.count)]
      // Reasons are removed last: a file left by a kill is known as ours by its reason.
      try Durable.remove(part.map(\.file.path))
      try Durable.remove(part.filter { $0.reason != nil }.map(\.file.path.reason))
      removed(part.endIndex)
    }
  }
}
