internal import Detection
internal import HDF5
public import SystemPackage

/// The feature file is not what it should be; it has been left as it was.
public struct FeatureFileError: Error, Sendable, CustomStringConvertible {
  public enum Cause: Sendable, Hashable {
    /// There are no features yet.
    case noFeatures
    /// HDF5 cannot read it, or its parts do not fit one another.
    case damaged
    /// The rows were made with other HOG settings.
    case columns(found: Int, expected: Int)
    /// The hard negatives in it are not those that the ledger says are there.
    case disagreesWithLedger
    /// A draft did not read back as it was written.
    case unverified
  }

  public let path: FilePath
  public let cause: Cause
  public let description: String

  init(_ path: FilePath, _ cause: Cause, _ what: String) {
    self.path = path
    self.cause = cause
    description = "\(path): \(what)"
  }

  /// HDF5 could not read the file.
  init(damaged error: HDF5Error) {
    path = error.path
    cause = .damaged
    description = """
      \(error): `misfire verify --repair` rebuilds its hard negatives, `misfire extract` the rest
      """
  }

  /// Rows of `dataset` have `found` features where `other` has, or makes, `expected`.
  init(_ path: FilePath, _ dataset: String, columns found: Int, _ other: String, _ expected: Int) {
    self.init(
      path, .columns(found: found, expected: expected),
      """
      \(dataset) have \(found.grouped) columns, \(other) \(expected.grouped): use the settings \
      they were made with, or move this file away and run `misfire extract` and \
      `misfire verify --repair`
      """)
  }

  /// Rows of both numbers of features would have to be in it.
  init(_ path: FilePath, columns found: Int, and other: Int) {
    self.init(
      path, .columns(found: found, expected: other),
      """
      rows of \(found.grouped) columns and hard negatives of \(other.grouped) cannot be in one file: \
      `misfire verify` says which the settings do not make, and what to do
      """)
  }
}
