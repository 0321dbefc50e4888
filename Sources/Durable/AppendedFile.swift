internal import Files
package import SystemPackage

/// A file that grows record by record, and keeps every record for which `append` has returned.
///
/// A crash or a full disk can leave part of the last record behind. The reader tells complete records from a partial
/// one, and keeps the complete ones.
package struct AppendedFile: ~Copyable {
  package let path: FilePath
  private let file: FileDescriptor

  /// Opens the file, creating it if necessary, and truncates it to its first `byteCount` bytes.
  package init(_ path: FilePath, keeping byteCount: Int) throws(DurableError) {
    file = try Self.open(path, keeping: byteCount)
    self.path = path
  }

  private static func open(_ path: FilePath, keeping byteCount: Int) throws(DurableError)
    -> FileDescriptor
  {
    try Durable.makeFile(path, permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try Durable.disk.perform(.synchronize(path.folder))
    do {
      let file = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec, .noFollow])
      do {
        try file.resize(to: Int64(byteCount))
        try file.seek(offset: Int64(byteCount), from: .start)
      } catch {
        try file.close()
        throw error
      }
      return file
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "open", path)
    }
  }

  deinit {
    do { try file.close() } catch {}
  }

  /// Appends these bytes. Once this returns, they survive a power cut.
  package func append(_ bytes: [UInt8]) throws(DurableError) {
    do {
      try file.writeAll(bytes)
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "write", path)
    }
    try Durable.disk.perform(.synchronize(path))
  }
}
