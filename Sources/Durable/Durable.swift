public import SystemPackage

/// The one place where bytes become durable: nothing else in the package renames or synchronizes.
///
/// What a call has done when it returns survives a power cut; what it had not finished, when the
/// power goes, leaves the old state. docs/durability.md says what is assumed of the disk.
public enum Durable {
  /// The disk that is used; only tests ever put another here.
  @TaskLocal package static var disk: any Disk = SystemDisk()

  /// Replaces a file as a whole: at every moment `target` is the old file or the new one.
  ///
  /// A draft beside it, `<name>.draft`, is written, synchronized and renamed over `target`. Where
  /// `target` is a symbolic link, the file it leads to is replaced. When anything fails, the draft
  /// is removed and `target` stays as it was.
  /// - Parameters:
  ///   - size: the bytes the file will have, if known: without room for them nothing is begun.
  ///   - write: creates the file at the path it is given and closes it.
  /// - Throws: `DurableError`, or what `write` throws.
  public static func replace(
    _ target: FilePath, size: Int = 0, writing write: (_ draft: FilePath) throws -> Void
  ) throws {
    let target = target.withLinksResolved
    let draft = target.draft
    try requireRoom(for: size, at: target)
    do {
      try write(draft)
      FaultPoint.reach(.draftWritten)
      try disk.perform(.synchronize(draft))
      FaultPoint.reach(.draftSynchronized)
      try disk.perform(.replace(target, with: draft))
      FaultPoint.reach(.replaced)
    } catch {
      // The first failure is the one to tell; a draft that stays is overwritten by the next.
      do { try disk.perform(.remove(draft)) } catch {}
      if let code = error as? Errno { throw DurableError(code, "write", draft) }
      throw error
    }
    try disk.perform(.synchronize(target.folder))
  }

  /// Replaces a file by one of these bytes.
  public static func write(_ bytes: some Sequence<UInt8>, to target: FilePath) throws {
    let bytes = Array(bytes)
    try replace(target, size: bytes.count) { draft in
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      _ = try file.closeAfter { try file.writeAll(bytes) }
    }
  }

  /// Makes a folder and those above it, as far as they are missing.
  public static func createFolder(_ folder: FilePath) throws(DurableError) {
    guard !folder.isEmpty && !folder.isFolder else { return }
    let parent = folder.folder
    try createFolder(parent)
    do {
      try disk.perform(.createFolder(folder))
    } catch {
      // Another process may have been quicker.
      guard error.code == .fileExists && folder.isFolder else { throw error }
    }
    try disk.perform(.synchronize(parent))
  }

  /// Throws unless `size` bytes fit on the disk that holds `path`.
  private static func requireRoom(for size: Int, at path: FilePath) throws(DurableError) {
    guard size > 0, let available = path.folder.availableBytes, available < size else { return }
    throw DurableError(noRoomFor: size, available: available, path)
  }
}
