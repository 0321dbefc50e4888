package import Files
package import SystemPackage

/// Inspects files to find out whether they are complete; a simulated machine has its own.
package struct FileProbe: Sendable {
  /// Whether a file begins and ends as a picture does.
  package var hasPictureEnd: @Sendable (FilePath) -> Bool
  /// Whether a process has it open for writing, as far as the kernel says.
  package var isBeingWritten: @Sendable (FilePath) -> Bool
  /// The current entry.
  package var entry: @Sendable (FilePath) -> FolderEntry?

  package init(
    hasPictureEnd: @escaping @Sendable (FilePath) -> Bool,
    isBeingWritten: @escaping @Sendable (FilePath) -> Bool,
    entry: @escaping @Sendable (FilePath) -> FolderEntry?
  ) {
    self.hasPictureEnd = hasPictureEnd
    self.isBeingWritten = isBeingWritten
    self.entry = entry
  }

  /// The files of this machine.
  package static let disk = FileProbe(
    hasPictureEnd: { $0.hasPictureEnd }, isBeingWritten: { $0.isBeingWritten },
    entry: folderEntry)
}
