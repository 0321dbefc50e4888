public import SystemPackage

/// HDF5 could not do something; `description` ends in the library's own words.
public struct HDF5Error: Error, Sendable, CustomStringConvertible {
  public let path: FilePath
  public let description: String

  init(path: FilePath, _ what: String) {
    self.path = path
    description = "\(path): \(what)"
  }
}
