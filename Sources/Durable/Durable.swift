internal import Files
package import SystemPackage

/// The only place where bytes become durable: nothing else in the package renames or synchronizes files.
///
/// When a call returns, its effect survives a power cut; a power cut before that leaves the old state.
/// docs/durability.md states the assumptions about the disk.
package enum Durable {
  /// The disk in use; only tests replace it.
  @TaskLocal package static var disk: any Disk = SystemDisk()

  /// Replaces a file as a whole: at every moment `target` is the old file or the new one.
  ///
  /// Writes a draft beside it, `<name>.draft`, synchronizes it and renames it over `target`. If `target` is a
  /// symbolic link, the file it points to is replaced. If anything fails, the draft is removed and `target` is
  /// unchanged.
  /// - Parameters:
  ///   - file: the kind of file written. An existing file of another kind is not replaced.
  ///   - size: the size of the new file in bytes, if known. Without room for it, nothing is written.
  ///   - write: creates the file at the path it is given and closes it.
  /// - Throws: `ForeignFile`, `DurableError`, or what `write` throws.
  package static func replace(
    _ target: FilePath, as file: OwnFile, size: Int = 0,
    writing write: (_ draft: FilePath) throws -> Void
  ) throws {
    let target = target.withLinkFollowed
    let draft = target.draft
    try file.require(at: target)
    try requireRoom(for: size, at: target)
    do {
      try write(draft)
      try draft.handToOwnerOfFolder()
      FaultPoint.reach(.draftWritten)
      try disk.perform(.synchronize(draft))
      FaultPoint.reach(.draftSynchronized)
      try disk.perform(.replace(target, with: draft))
      FaultPoint.reach(.replaced)
    } catch {
      // Report the original failure. The next draft overwrites one that remains.
      do { try disk.perform(.remove(draft)) } catch {}
      throw failure(error, toWrite: target, by: draft)
    }
    try disk.perform(.synchronize(target.folder))
  }

  /// What a caller learns of a draft that the system did not let anybody write: people know the target only, unless
  /// something at the draft's place is in the way.
  private static func failure(
    _ error: any Error, toWrite target: FilePath, by draft: FilePath
  ) -> any Error {
    let failure = (error as? any SystemFailure).flatMap { $0.path == draft ? $0.code : nil }
    guard let code = error as? Errno ?? failure else { return error }
    let about = DurableError(code, "write", target)
    return draft.exists && !about.isDiskFull ? DurableError(code, "write", draft) : about
  }

  /// Replaces a file with one that has these bytes.
  /// - Parameter file: the kind of file written. An existing file of another kind is not replaced.
  package static func write(
    _ bytes: some Sequence<UInt8>, to target: FilePath, as file: OwnFile
  ) throws {
    let bytes = Array(bytes)
    try replace(target, as: file, size: bytes.count) { try bytes.write(to: $0) }
  }

  /// Creates an empty file if there is none, for a library that fills it in place.
  /// - Parameter permissions: the most that it grants, whatever the umask.
  package static func makeFile(_ path: FilePath, permissions: FilePermissions) throws(DurableError)
  {
    guard !path.withLinkFollowed.exists else { return }
    do {
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec], permissions: permissions)
      try file.closeAfter { try file.handToOwner(ofFolder: path.folder) }
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "make", path)
    }
  }

  /// Makes a draft that is a copy of the file at `source`, or of the target of a link there, for later changes.
  package static func copy(_ source: FilePath, toDraft draft: FilePath) throws(DurableError) {
    try disk.perform(.copy(source.withLinkFollowed, to: draft))
  }

  /// Creates a folder and its missing parents.
  package static func createFolder(_ folder: FilePath) throws(DurableError) {
    guard !folder.isEmpty && !folder.isFolder else { return }
    let parent = folder.folder
    try createFolder(parent)
    do {
      try disk.perform(.createFolder(folder))
    } catch {
      // Another process may have created it first.
      guard error.code == .fileExists && folder.isFolder else { throw error }
    }
    try disk.perform(.synchronize(parent))
  }

  /// Throws unless `size` bytes fit on the file system that holds `path`.
  package static func requireRoom(for size: Int, at path: FilePath) throws(DurableError) {
    guard size > 0, let available = path.folder.availableBytes, available < size else { return }
    throw DurableError(noRoomFor: size, available: available, path)
  }
}

extension [UInt8] {
  /// Writes these bytes to a draft.
  func write(to draft: FilePath) throws {
    let file = try FileDescriptor.open(
      draft, .writeOnly, options: [.create, .truncate, .closeOnExec],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    _ = try file.closeAfter { try file.writeAll(self) }
  }
}
