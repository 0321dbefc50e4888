public import SystemPackage

/// HDF5 could not do something; `description` ends in the library's own words.
public struct HDF5Error: Error, Sendable, CustomStringConvertible {
  public let path: FilePath
  public let description: String
  /// Why the system does not let the file be read; nil where something else is wrong.
  public let reason: Errno?

  init(path: FilePath, _ what: String) {
    self.path = path
    description = "\(path): \(what)"
    reason = nil
  }

  init(path: FilePath, notReadable reason: Errno) {
    self.path = path
    description = "\(path): it cannot be read: \(reason); check that it is there and may be read"
    self.reason = reason
  }
}
